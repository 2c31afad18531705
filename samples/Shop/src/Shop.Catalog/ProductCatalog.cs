using Shop.Domain;

namespace Shop.Catalog;

public sealed class ProductCatalog
{
    private readonly Dictionary<ProductId, Product> _byId;

    public ProductCatalog(IEnumerable<Category> categories, IEnumerable<Product> products)
    {
        Categories = [.. categories.OrderBy(category => category.Name, StringComparer.Ordinal)];
        Products = [.. products.OrderBy(product => product.Id)];
        _byId = Products.ToDictionary(product => product.Id);
    }

    public IReadOnlyList<Category> Categories { get; }

    public IReadOnlyList<Product> Products { get; }

    public Product? Find(ProductId id) => _byId.GetValueOrDefault(id);

    public Product? FindBySlug(string slug) => Products.FirstOrDefault(product => product.Slug == slug);

    public IEnumerable<Product> InCategory(string slug)
    {
        var category = Categories.FirstOrDefault(category => category.Slug == slug);
        return category is null ? [] : Products.Where(product => product.Category == category.Id);
    }
}
