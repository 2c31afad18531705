using Shop.Primitives;
using Shop.Reporting;

namespace Shop.Web;

internal static class ReportEndpoints
{
    public static void MapReports(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet("/reports/sales", (SalesReportBuilder reports) =>
        {
            using var text = new StringWriter();
            new JsonReportWriter().Write(reports.Build(Currency.Euro), text);
            return Results.Text(text.ToString(), "application/json");
        });
}
