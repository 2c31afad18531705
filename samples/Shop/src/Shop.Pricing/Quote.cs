using Shop.Domain;
using Shop.Primitives;

namespace Shop.Pricing;

public sealed record QuoteLine(CartLine Item, Money Discount, Money Tax)
{
    public Money Gross => Item.Net - Discount + Tax;
}

public sealed record Quote(Currency Currency, IReadOnlyList<QuoteLine> Lines)
{
    public Money Discount => Sum(line => line.Discount);

    public Money Tax => Sum(line => line.Tax);

    public Money Total => Sum(line => line.Gross);

    private Money Sum(Func<QuoteLine, Money> part) =>
        Lines.Aggregate(Money.Zero(Currency), (sum, line) => sum + part(line));
}
