using Shop.Domain;

namespace Shop.Catalog;

public static class CatalogSearch
{
    private static readonly char[] Separators = [' ', ',', '-'];

    public static IEnumerable<Product> Search(this ProductCatalog catalog, string? words)
    {
        var wanted = (words ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return catalog.Products.Where(product =>
            wanted.All(word => product.Name.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }
}
