using Shop.Shared;

namespace Shop.Primitives;

public sealed class Currency : IEquatable<Currency>
{
    public static readonly Currency Euro = new("EUR", "€", 2);

    public static readonly Currency Franc = new("CHF", "Fr.", 2);

    private static readonly Currency[] Known = [Euro, Franc];

    private Currency(string code, string symbol, int decimals)
    {
        Code = Guard.NotBlank(code, nameof(code));
        Symbol = Guard.NotBlank(symbol, nameof(symbol));
        Decimals = Guard.AtLeast(decimals, 0, nameof(decimals));
    }

    public string Code { get; }

    public string Symbol { get; }

    public int Decimals { get; }

    /// <summary>Finds a currency by its three letters, in any case.</summary>
    public static Currency FromCode(string code) =>
        Known.FirstOrDefault(currency => string.Equals(currency.Code, code, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"'{code}' is no currency of this shop.", nameof(code));

    public bool Equals(Currency? other) => other is not null && Code == other.Code;

    public override bool Equals(object? obj) => Equals(obj as Currency);

    public override int GetHashCode() => Code.GetHashCode();

    public override string ToString() => Code;
}
