using System.Globalization;
using Shop.Shared;

namespace Shop.Primitives;

public readonly record struct Quantity
{
    public Quantity(int count) => Count = Guard.AtLeast(count, 1, nameof(count));

    public int Count { get; }

    public static Quantity operator +(Quantity left, Quantity right) => new(left.Count + right.Count);

    public override string ToString() => Count.ToString(CultureInfo.InvariantCulture);
}
