using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using Serilog.Events;

namespace Shop.Hosting;

public static class ShopLogging
{
    public static IServiceCollection AddShopLogging(
        this IServiceCollection services,
        LogEventLevel level = LogEventLevel.Information) =>
        services.AddSerilog(configuration => configuration
            .MinimumLevel.Is(level)
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Console(formatProvider: CultureInfo.InvariantCulture));
}
