using Shop.Pricing;
using Shop.Primitives;

namespace Shop.Domain.Tests;

public class PricingTests
{
    private readonly PriceCalculator _prices = new(
    [
        new BulkDiscount(3, new Percentage(10m)),
        new KindDiscount(ProductKind.Book, new Percentage(5m)),
    ]);

    [Theory]
    [InlineData(ProductKind.General, 1, "DE", "119.00 EUR")]
    [InlineData(ProductKind.General, 3, "DE", "321.30 EUR")]
    [InlineData(ProductKind.Book, 1, "FR", "100.23 EUR")]
    [InlineData(ProductKind.Book, 3, "AT", "297.00 EUR")]
    [InlineData(ProductKind.GiftCard, 1, "CH", "100.00 EUR")]
    public void The_best_discount_and_the_right_tax_apply(ProductKind kind, int count, string country, string total)
    {
        var cart = new Cart();
        cart.Add(
            new Product(new ProductId(1), new CategoryId(1), "Thing", kind, Money.Euros(100m)),
            new Quantity(count));

        Assert.Equal(total, _prices.Quote(cart, country).Total.ToString());
    }
}
