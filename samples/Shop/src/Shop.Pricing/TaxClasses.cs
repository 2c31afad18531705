using Shop.Domain;
using Shop.Tax;

namespace Shop.Pricing;

public static class TaxClasses
{
    // A gift card is taxed when it is spent, not when it is sold.
    public static TaxClass For(ProductKind kind) => kind switch
    {
        ProductKind.Book or ProductKind.FreshFood => TaxClass.Reduced,
        ProductKind.GiftCard => TaxClass.Exempt,
        _ => TaxClass.Standard,
    };
}
