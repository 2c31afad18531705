using Shop.Domain;
using Shop.Primitives;
using Shop.Tax;

namespace Shop.Pricing;

public sealed class PriceCalculator(IEnumerable<IDiscount> discounts)
{
    private readonly IReadOnlyList<IDiscount> _discounts = [.. discounts];

    public Quote Quote(Cart cart, string country)
    {
        var lines = cart.Lines.Select(line => QuoteLine(line, country)).ToArray();
        var currency = lines.Length > 0 ? lines[0].Item.Net.Currency : Currency.Euro;
        return new Quote(currency, lines);
    }

    private QuoteLine QuoteLine(CartLine line, string country)
    {
        var share = _discounts
            .Select(discount => discount.ShareOff(line))
            .DefaultIfEmpty(Percentage.None)
            .Max();
        var discount = line.Net * share;
        var tax = TaxCalculator.TaxOn(country, TaxClasses.For(line.Product.Kind), line.Net - discount);
        return new QuoteLine(line, discount, tax);
    }
}
