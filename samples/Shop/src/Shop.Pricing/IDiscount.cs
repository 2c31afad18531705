using Shop.Domain;
using Shop.Primitives;

namespace Shop.Pricing;

public interface IDiscount
{
    string Name { get; }

    Percentage ShareOff(CartLine line);
}
