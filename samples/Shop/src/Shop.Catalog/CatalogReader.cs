using Newtonsoft.Json;
using Shop.Domain;
using Shop.Primitives;

namespace Shop.Catalog;

public static class CatalogReader
{
    public static ProductCatalog ReadInstalled() =>
        ReadFolder(Path.Combine(AppContext.BaseDirectory, "catalog"));

    public static ProductCatalog ReadFolder(string folder)
    {
        var categories = Read<CategoryEntry>(Path.Combine(folder, "categories.json"))
            .Select(entry => new Category(CategoryId.Parse(entry.Id), entry.Name));
        var products = Read<ProductEntry>(Path.Combine(folder, "products.json")).Select(ToProduct);
        return new ProductCatalog(categories, products);
    }

    private static Product ToProduct(ProductEntry entry) => new(
        ProductId.Parse(entry.Id),
        CategoryId.Parse(entry.Category),
        entry.Name,
        Enum.Parse<ProductKind>(entry.Kind),
        new Money(entry.Price, Currency.FromCode(entry.Currency)));

    private static List<T> Read<T>(string file) =>
        JsonConvert.DeserializeObject<List<T>>(File.ReadAllText(file))
        ?? throw new InvalidDataException($"{Path.GetFileName(file)} is empty.");
}
