using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog.Events;
using Shop.Catalog;
using Shop.Domain;
using Shop.Hosting;
using Shop.Primitives;

namespace Shop.Orders.Tests;

internal sealed class TestShop : IDisposable
{
    private readonly IHost _host;

    public TestShop()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddShopLogging(LogEventLevel.Fatal);
        builder.Services.AddShop(builder.Configuration);
        _host = builder.Build();
    }

    public Customer Customer { get; } =
        new(new CustomerId(1), "Mira Vogel", new Address("Lindenweg 4", "10115", "Berlin", "de"));

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    public Cart CartOf(params int[] products)
    {
        var cart = new Cart();
        foreach (var number in products)
        {
            cart.Add(Get<ProductCatalog>().Find(new ProductId(number))!, new Quantity(1));
        }

        return cart;
    }

    public void Dispose() => _host.Dispose();
}
