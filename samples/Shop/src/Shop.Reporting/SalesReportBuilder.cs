using Shop.Orders;
using Shop.Primitives;

namespace Shop.Reporting;

public sealed class SalesReportBuilder(IOrderStore store)
{
    public SalesReport Build(Currency currency)
    {
        var orders = store.All()
            .Where(order => order.Status != OrderStatus.Cancelled && order.Quote.Currency.Equals(currency))
            .ToArray();

        var lines = orders
            .SelectMany(order => order.Quote.Lines)
            .GroupBy(line => line.Item.Product.Name, StringComparer.Ordinal)
            .Select(group => new SalesLine(
                group.Key,
                group.Sum(line => line.Item.Quantity.Count),
                Sum(currency, group.Select(line => line.Gross))))
            .OrderByDescending(line => line.Revenue)
            .ThenBy(line => line.Product, StringComparer.Ordinal)
            .ToArray();

        return new SalesReport(orders.Length, Sum(currency, orders.Select(order => order.Quote.Total)), lines);
    }

    private static Money Sum(Currency currency, IEnumerable<Money> parts) =>
        parts.Aggregate(Money.Zero(currency), (sum, part) => sum + part);
}
