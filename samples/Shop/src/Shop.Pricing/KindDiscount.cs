using Shop.Domain;
using Shop.Primitives;

namespace Shop.Pricing;

public sealed class KindDiscount(ProductKind kind, Percentage share) : IDiscount
{
    public string Name => $"{kind.ToLabel()} week";

    public Percentage ShareOff(CartLine line) => line.Product.Kind == kind ? share : Percentage.None;
}
