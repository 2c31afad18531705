using Shop.Domain;
using Shop.Primitives;

namespace Shop.Pricing;

public sealed class BulkDiscount(int from, Percentage share) : IDiscount
{
    public string Name => $"{from} or more";

    public Percentage ShareOff(CartLine line) => line.Quantity.Count >= from ? share : Percentage.None;
}
