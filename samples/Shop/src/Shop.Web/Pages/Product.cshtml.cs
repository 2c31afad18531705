using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Shop.Catalog;
using Shop.Domain;
using Shop.Primitives;

namespace Shop.Web.Pages;

public sealed class ProductModel(ProductCatalog catalog, CartStore carts) : PageModel
{
    public Product Product { get; private set; } = null!;

    public IActionResult OnGet(string slug)
    {
        if (catalog.FindBySlug(slug) is not { } product)
        {
            return NotFound();
        }

        Product = product;
        return Page();
    }

    public IActionResult OnPost(string slug, int count)
    {
        if (catalog.FindBySlug(slug) is not { } product)
        {
            return NotFound();
        }

        carts.Of(HttpContext.Session).Add(product, new Quantity(Math.Max(1, count)));
        return RedirectToPage("Cart");
    }
}
