using Shop.Primitives;

namespace Shop.Domain.Tests;

public class CartTests
{
    private static readonly Product Towel =
        new(new ProductId(5), new CategoryId(2), "Linen Towel", ProductKind.General, Money.Euros(12.80m));

    [Fact]
    public void The_same_product_makes_one_line()
    {
        var cart = new Cart();
        cart.Add(Towel, new Quantity(1));
        cart.Add(Towel, new Quantity(2));

        var line = Assert.Single(cart.Lines);
        Assert.Equal(Money.Euros(38.40m), line.Net);
    }

    [Fact]
    public void Removing_the_last_line_empties_the_cart()
    {
        var cart = new Cart();
        cart.Add(Towel, new Quantity(1));

        Assert.True(cart.Remove(Towel.Id));
        Assert.True(cart.IsEmpty);
    }

    [Fact]
    public void A_slug_is_plain() => Assert.Equal("linen-towel", Towel.Slug);
}
