namespace Shop.Orders;

public interface IOrderStore
{
    OrderId NextId();

    void Save(Order order);

    Order? Find(OrderId id);

    IReadOnlyList<Order> All();
}
