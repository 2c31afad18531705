using Serilog;
using Shop.Catalog;
using Shop.Domain;
using Shop.Pricing;
using Shop.Primitives;

namespace Shop.Orders;

public sealed class OrderService(
    ProductCatalog catalog,
    PriceCalculator prices,
    IOrderStore store,
    TimeProvider clock,
    ILogger log)
{
    private readonly ILogger _log = log.ForContext<OrderService>();

    public Outcome<Order> Place(Customer customer, Cart cart)
    {
        if (cart.IsEmpty)
        {
            return Outcome<Order>.Failed("The cart is empty.");
        }

        var gone = cart.Lines.FirstOrDefault(line => catalog.Find(line.Product.Id) is null);
        if (gone is not null)
        {
            return Outcome<Order>.Failed($"{gone.Product.Name} is no longer sold.");
        }

        var order = new Order(store.NextId(), customer, prices.Quote(cart, customer.Country), clock.GetUtcNow());
        store.Save(order);
        _log.Information("Order {OrderId} placed for {Total}", order.Id, order.Quote.Total);
        return Outcome<Order>.Of(order);
    }

    public Outcome<Order> Move(OrderId id, OrderStatus status)
    {
        if (store.Find(id) is not { } order)
        {
            return Outcome<Order>.Failed($"There is no order {id}.");
        }

        if (!OrderFlow.Allows(order.Status, status))
        {
            return Outcome<Order>.Failed(
                $"{id} cannot go from '{order.Status.ToLabel()}' to '{status.ToLabel()}'.");
        }

        var moved = order with { Status = status };
        store.Save(moved);
        _log.Information("Order {OrderId} is now {Status}", id, status.ToLabel());
        return Outcome<Order>.Of(moved);
    }
}
