using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using Shop.Domain;
using Shop.Hosting;
using Shop.Localization;
using Shop.Orders;
using Shop.Pricing;
using Shop.Primitives;

namespace Shop.Web.Pages;

public sealed class CartModel(
    CartStore carts,
    PriceCalculator prices,
    OrderService orders,
    IOptions<ShopOptions> options) : PageModel
{
    private static int lastCustomer = 1000;

    public Quote Quote { get; private set; } = new(Currency.Euro, []);

    public string? Message { get; private set; }

    public void OnGet() =>
        Quote = prices.Quote(carts.Of(HttpContext.Session), options.Value.DefaultCountry);

    public IActionResult OnPost(string name, string street, string postCode, string city)
    {
        var customer = new Customer(
            new CustomerId(Interlocked.Increment(ref lastCustomer)),
            name,
            new Address(street, postCode, city, options.Value.DefaultCountry));
        var placed = orders.Place(customer, carts.Of(HttpContext.Session));
        if (placed.Value is { } order)
        {
            carts.Clear(HttpContext.Session);
            Message = Texts.Format(TextKey.OrderPlaced, CultureInfo.CurrentUICulture, order.Id);
        }
        else
        {
            Message = placed.Reason;
        }

        return Page();
    }
}
