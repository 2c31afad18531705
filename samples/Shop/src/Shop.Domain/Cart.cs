using Shop.Primitives;

namespace Shop.Domain;

public sealed class Cart
{
    private readonly List<CartLine> _lines = [];

    public IReadOnlyList<CartLine> Lines => _lines;

    public bool IsEmpty => _lines.Count == 0;

    public void Add(Product product, Quantity quantity)
    {
        var at = _lines.FindIndex(line => line.Product.Id == product.Id);
        if (at < 0)
        {
            _lines.Add(new CartLine(product, quantity));
            return;
        }

        _lines[at] = new CartLine(product, _lines[at].Quantity + quantity);
    }

    public bool Remove(ProductId product) => _lines.RemoveAll(line => line.Product.Id == product) > 0;
}

public sealed record CartLine(Product Product, Quantity Quantity)
{
    public Money Net => Product.Price * Quantity.Count;
}
