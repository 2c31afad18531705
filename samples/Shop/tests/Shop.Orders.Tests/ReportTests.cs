using Shop.Localization;
using Shop.Primitives;
using Shop.Reporting;

namespace Shop.Orders.Tests;

public sealed class ReportTests : IDisposable
{
    private readonly TestShop _shop = new();

    public ReportTests()
    {
        var orders = _shop.Get<OrderService>();
        orders.Place(_shop.Customer, _shop.CartOf(3, 6)).OrThrow();
        orders.Place(_shop.Customer, _shop.CartOf(3)).OrThrow();
        var cancelled = orders.Place(_shop.Customer, _shop.CartOf(4)).OrThrow();
        orders.Move(cancelled.Id, OrderStatus.Cancelled).OrThrow();
    }

    public void Dispose() => _shop.Dispose();

    [Fact]
    public void Cancelled_orders_do_not_count()
    {
        var report = _shop.Get<SalesReportBuilder>().Build(Currency.Euro);

        Assert.Equal(2, report.Orders);
        Assert.Equal(["Cast Iron Pan", "Rye Flour"], report.Lines.Select(line => line.Product));
        Assert.Equal(Money.Euros(120.04m), report.Revenue);
    }

    [Fact]
    public void The_text_report_speaks_german()
    {
        using var text = new StringWriter();
        new TextReportWriter(Languages.Find("de")).Write(_shop.Get<SalesReportBuilder>().Build(Currency.Euro), text);

        Assert.StartsWith("Verkaufsbericht", text.ToString());
        Assert.Contains("Bestellungen: 2", text.ToString());
        Assert.Contains("Umsatz: 120,04 €", text.ToString());
    }
}
