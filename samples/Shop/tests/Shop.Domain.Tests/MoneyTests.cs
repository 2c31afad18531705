using Shop.Primitives;

namespace Shop.Domain.Tests;

public class MoneyTests
{
    [Theory]
    [InlineData(10.00, 19, "1.90 EUR")]
    [InlineData(0.50, 5, "0.03 EUR")]
    [InlineData(3.20, 0, "0.00 EUR")]
    public void A_share_is_rounded_to_cents(double amount, int percent, string expected)
    {
        var share = Money.Euros((decimal)amount) * new Percentage(percent);

        Assert.Equal(expected, share.ToString());
    }

    [Fact]
    public void Currencies_do_not_mix() =>
        Assert.Throws<InvalidOperationException>(() => Money.Euros(1m) + new Money(1m, Currency.Franc));

    [Fact]
    public void A_quantity_is_one_or_more() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(0));
}
