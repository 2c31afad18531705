using Microsoft.Extensions.Hosting;
using Newtonsoft.Json;

namespace Common;

public static class Message
{
    public static string From(string program)
    {
        using IHost host = Host.CreateApplicationBuilder().Build();
        return JsonConvert.SerializeObject(new { program, host = host.GetType().Assembly.GetName().Name });
    }
}
