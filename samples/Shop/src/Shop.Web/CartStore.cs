using System.Collections.Concurrent;
using Shop.Domain;

namespace Shop.Web;

public sealed class CartStore
{
    private readonly ConcurrentDictionary<string, Cart> _carts = new();

    public Cart Of(ISession session)
    {
        // An empty session gets a new id with every request, so something has to be in it.
        session.SetInt32("cart", 1);
        return _carts.GetOrAdd(session.Id, _ => new Cart());
    }

    public void Clear(ISession session) => _carts.TryRemove(session.Id, out _);
}
