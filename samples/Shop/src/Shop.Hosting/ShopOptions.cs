namespace Shop.Hosting;

public sealed class ShopOptions
{
    public const string Section = "Shop";

    public string Title { get; set; } = "Shop";

    public string DefaultCountry { get; set; } = "DE";

    public int BulkFrom { get; set; } = 10;

    public decimal BulkPercent { get; set; } = 10m;

    public bool DemoOrders { get; set; }
}
