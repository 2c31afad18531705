using System.Collections.Concurrent;

namespace Shop.Orders;

public sealed class MemoryOrderStore : IOrderStore
{
    private readonly ConcurrentDictionary<OrderId, Order> _orders = new();
    private int _last;

    public OrderId NextId() => new(Interlocked.Increment(ref _last));

    public void Save(Order order) => _orders[order.Id] = order;

    public Order? Find(OrderId id) => _orders.GetValueOrDefault(id);

    public IReadOnlyList<Order> All() => [.. _orders.Values.OrderBy(order => order.Id)];
}
