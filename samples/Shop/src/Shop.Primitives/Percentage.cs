using System.Globalization;

namespace Shop.Primitives;

public readonly record struct Percentage(decimal Value) : IComparable<Percentage>
{
    public static readonly Percentage None = new(0m);

    public decimal Fraction => Value / 100m;

    public int CompareTo(Percentage other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("0.##", CultureInfo.InvariantCulture) + " %";
}
