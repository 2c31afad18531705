using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Shop.Catalog;
using Shop.Domain;
using Shop.Orders;
using Shop.Primitives;

namespace Shop.Hosting;

internal sealed class DemoOrders(
    IOptions<ShopOptions> options,
    ProductCatalog catalog,
    OrderService orders) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.DemoOrders)
        {
            Place(1, "Mira Vogel", new Address("Lindenweg 4", "10115", "Berlin", "DE"), (1, 1), (6, 12));
            Place(2, "Jules Marchand", new Address("Rue des Prés 8", "69002", "Lyon", "FR"), (3, 1), (4, 1), (8, 2));
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Place(int customer, string name, Address address, params (int Product, int Count)[] items)
    {
        var cart = new Cart();
        foreach (var (number, count) in items)
        {
            if (catalog.Find(new ProductId(number)) is { } product)
            {
                cart.Add(product, new Quantity(count));
            }
        }

        orders.Place(new Customer(new CustomerId(customer), name, address), cart);
    }
}
