using Shop.Generators;

namespace Shop.Domain;

[Labels]
public enum ProductKind
{
    General,
    Book,
    FreshFood,
    GiftCard,
}
