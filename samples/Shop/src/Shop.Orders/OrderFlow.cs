namespace Shop.Orders;

internal static class OrderFlow
{
    public static bool Allows(OrderStatus from, OrderStatus to) => (from, to) switch
    {
        (OrderStatus.Placed, OrderStatus.ReadyToShip or OrderStatus.Cancelled) => true,
        (OrderStatus.ReadyToShip, OrderStatus.OnTheWay or OrderStatus.Cancelled) => true,
        (OrderStatus.OnTheWay, OrderStatus.Delivered) => true,
        _ => false,
    };
}
