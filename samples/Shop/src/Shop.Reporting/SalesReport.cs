using Shop.Primitives;

namespace Shop.Reporting;

public sealed record SalesLine(string Product, int Sold, Money Revenue);

public sealed record SalesReport(int Orders, Money Revenue, IReadOnlyList<SalesLine> Lines);
