namespace Shop.Localization;

public enum TextKey
{
    AddToCart,
    Cart,
    CartIsEmpty,
    Discount,
    OrderPlaced,
    Orders,
    Revenue,
    SalesReport,
    Tax,
    Total,
}
