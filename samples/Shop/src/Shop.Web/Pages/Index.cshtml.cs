using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Shop.Catalog;
using Shop.Domain;

namespace Shop.Web.Pages;

public sealed class IndexModel(ProductCatalog catalog) : PageModel
{
    [BindProperty(SupportsGet = true)]
    public string? Category { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Search { get; set; }

    public IReadOnlyList<Product> Products { get; private set; } = [];

    public void OnGet() =>
        Products = [.. Category is null ? catalog.Search(Search) : catalog.InCategory(Category)];
}
