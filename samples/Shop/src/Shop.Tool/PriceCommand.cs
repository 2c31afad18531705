using System.Globalization;
using Shop.Catalog;
using Shop.Domain;
using Shop.Pricing;
using Shop.Primitives;
using Shop.Shared;

namespace Shop.Tool;

internal sealed class PriceCommand(ProductCatalog catalog, PriceCalculator prices) : ICommand
{
    public string Name => "price";

    public string Usage => "price PRODUCT COUNT COUNTRY";

    public void Run(string[] arguments, TextWriter output)
    {
        var id = ProductId.Parse(Guard.NotBlank(arguments.ElementAtOrDefault(0), "PRODUCT"));
        var text = Guard.NotBlank(arguments.ElementAtOrDefault(1), "COUNT");
        var count = Guard.AtLeast(int.Parse(text, CultureInfo.InvariantCulture), 1, "COUNT");
        var country = Guard.NotBlank(arguments.ElementAtOrDefault(2), "COUNTRY").ToUpperInvariant();

        var cart = new Cart();
        cart.Add(
            catalog.Find(id) ?? throw new ArgumentException($"There is no product {id}."),
            new Quantity(count));
        var quote = prices.Quote(cart, country);
        output.WriteLine($"discount {quote.Discount}, tax {quote.Tax}, total {quote.Total}");
    }
}
