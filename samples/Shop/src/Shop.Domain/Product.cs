using Shop.Primitives;

namespace Shop.Domain;

public sealed record Product(
    ProductId Id,
    CategoryId Category,
    string Name,
    ProductKind Kind,
    Money Price)
{
    public string Slug => Slugs.From(Name);
}
