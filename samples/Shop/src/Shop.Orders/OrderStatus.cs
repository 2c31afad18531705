using Shop.Generators;

namespace Shop.Orders;

[Labels]
public enum OrderStatus
{
    Placed,
    ReadyToShip,
    OnTheWay,
    Delivered,
    Cancelled,
}
