using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Shop.Catalog;
using Shop.Domain;
using Shop.Orders;
using Shop.Pricing;
using Shop.Primitives;
using Shop.Reporting;

namespace Shop.Hosting;

public static class ShopServices
{
    public static IServiceCollection AddShop(this IServiceCollection services, IConfiguration configuration)
    {
        services.Configure<ShopOptions>(configuration.GetSection(ShopOptions.Section));
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => CatalogReader.ReadInstalled());
        services.AddSingleton<IDiscount>(provider => Bulk(provider.GetRequiredService<IOptions<ShopOptions>>().Value));
        services.AddSingleton<IDiscount>(new KindDiscount(ProductKind.Book, new Percentage(5m)));
        services.AddSingleton<PriceCalculator>();
        services.AddSingleton<IOrderStore, MemoryOrderStore>();
        services.AddSingleton<OrderService>();
        services.AddSingleton<SalesReportBuilder>();
        services.AddHostedService<DemoOrders>();
        return services;
    }

    private static BulkDiscount Bulk(ShopOptions options) =>
        new(options.BulkFrom, new Percentage(options.BulkPercent));
}
