using Microsoft.AspNetCore.Mvc;
using Shop.Catalog;

namespace Shop.Ui;

public sealed class CategoryMenuViewComponent(ProductCatalog catalog) : ViewComponent
{
    public IViewComponentResult Invoke(string? current) =>
        View(new CategoryMenu(catalog.Categories, current));
}
