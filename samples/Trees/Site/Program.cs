using System.Reflection;

Assembly site = Assembly.GetExecutingAssembly();
using (StreamReader style = new(site.GetManifestResourceStream("site.css")!))
{
    Console.WriteLine(style.ReadToEnd().Trim());
}

using MemoryStream plugin = new();
site.GetManifestResourceStream("Plugin.dll")!.CopyTo(plugin);
Console.WriteLine(Assembly.Load(plugin.ToArray()).GetType("Greeting")!.GetMethod("Say")!.Invoke(null, null));
