using System.Globalization;

namespace Shop.Primitives;

public readonly record struct Money(decimal Amount, Currency Currency) : IComparable<Money>
{
    public bool IsZero => Amount == 0m;

    public static Money Zero(Currency currency) => new(0m, currency);

    public static Money Euros(decimal amount) => new(amount, Currency.Euro);

    public static Money operator +(Money left, Money right) =>
        new(left.Amount + right.SameAs(left).Amount, left.Currency);

    public static Money operator -(Money left, Money right) =>
        new(left.Amount - right.SameAs(left).Amount, left.Currency);

    public static Money operator *(Money money, int times) => new(money.Amount * times, money.Currency);

    public static Money operator *(Money money, Percentage share) =>
        new Money(money.Amount * share.Fraction, money.Currency).Rounded();

    /// <summary>Rounds to what can be paid, halves away from zero as on a receipt.</summary>
    public Money Rounded() =>
        new(Math.Round(Amount, Currency.Decimals, MidpointRounding.AwayFromZero), Currency);

    public int CompareTo(Money other) => Amount.CompareTo(other.SameAs(this).Amount);

    public override string ToString() =>
        Amount.ToString("F" + Currency.Decimals, CultureInfo.InvariantCulture) + " " + Currency.Code;

    private Money SameAs(Money other) => Currency.Equals(other.Currency)
        ? this
        : throw new InvalidOperationException($"{Currency} and {other.Currency} cannot be mixed.");
}
