using Shop.Domain;
using Shop.Pricing;

namespace Shop.Orders;

public sealed record Order(
    OrderId Id,
    Customer Customer,
    Quote Quote,
    DateTimeOffset PlacedAt,
    OrderStatus Status = OrderStatus.Placed)
{
    public bool IsOpen => Status is not (OrderStatus.Delivered or OrderStatus.Cancelled);
}
