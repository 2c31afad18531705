using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog.Events;
using Shop.Hosting;
using Shop.Tool;

// The settings lie beside the program, wherever it is called from.
var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings
{
    ContentRootPath = AppContext.BaseDirectory,
});
builder.Services.AddShopLogging(LogEventLevel.Warning);
builder.Services.AddShop(builder.Configuration);
builder.Services.AddSingleton<ICommand, ListCommand>();
builder.Services.AddSingleton<ICommand, PriceCommand>();
builder.Services.AddSingleton<ICommand, ReportCommand>();

using var host = builder.Build();
await host.StartAsync();

var commands = host.Services.GetServices<ICommand>().ToArray();
var command = commands.FirstOrDefault(known => known.Name == args.FirstOrDefault());
if (command is null)
{
    Console.WriteLine("usage:");
    foreach (var known in commands)
    {
        Console.WriteLine($"  shop {known.Usage}");
    }

    return args.Length == 0 ? 0 : 2;
}

try
{
    command.Run(args[1..], Console.Out);
    return 0;
}
catch (Exception e) when (e is ArgumentException or FormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
finally
{
    await host.StopAsync();
}
