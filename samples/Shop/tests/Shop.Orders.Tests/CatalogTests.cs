using Shop.Catalog;

namespace Shop.Orders.Tests;

public class CatalogTests
{
    private readonly ProductCatalog _catalog = CatalogReader.ReadInstalled();

    [Fact]
    public void The_installed_catalog_is_read()
    {
        Assert.Equal(4, _catalog.Categories.Count);
        Assert.Equal(8, _catalog.Products.Count);
    }

    [Fact]
    public void Search_wants_all_words()
    {
        Assert.Equal(2, _catalog.Search("bread").Count());
        Assert.Equal("Bread Knife", Assert.Single(_catalog.Search("knife bread")).Name);
    }

    [Fact]
    public void An_unknown_category_is_empty() => Assert.Empty(_catalog.InCategory("garden"));
}
