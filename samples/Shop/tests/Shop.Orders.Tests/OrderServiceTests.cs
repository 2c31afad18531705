using Shop.Domain;
using Shop.Primitives;

namespace Shop.Orders.Tests;

public sealed class OrderServiceTests : IDisposable
{
    private readonly TestShop _shop = new();

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void A_placed_order_is_kept()
    {
        var order = _shop.Get<OrderService>().Place(_shop.Customer, _shop.CartOf(3)).OrThrow();

        Assert.Equal("ORD-0001", order.Id.ToString());
        Assert.Equal(Money.Euros(58.31m), order.Quote.Total);
        Assert.Equal(order, _shop.Get<IOrderStore>().Find(order.Id));
    }

    [Fact]
    public void An_empty_cart_is_refused() =>
        Assert.False(_shop.Get<OrderService>().Place(_shop.Customer, new Cart()).Succeeded);

    [Fact]
    public void An_order_moves_step_by_step()
    {
        var orders = _shop.Get<OrderService>();
        var id = orders.Place(_shop.Customer, _shop.CartOf(1)).OrThrow().Id;

        var refused = orders.Move(id, OrderStatus.Delivered);
        Assert.Equal("ORD-0001 cannot go from 'Placed' to 'Delivered'.", refused.Reason);

        orders.Move(id, OrderStatus.ReadyToShip).OrThrow();
        orders.Move(id, OrderStatus.OnTheWay).OrThrow();
        Assert.False(orders.Move(id, OrderStatus.Delivered).OrThrow().IsOpen);
    }
}
