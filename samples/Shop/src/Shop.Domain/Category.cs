namespace Shop.Domain;

public sealed record Category(CategoryId Id, string Name)
{
    public string Slug => Slugs.From(Name);
}
