using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Shop.Reporting;

public sealed class JsonReportWriter : IReportWriter
{
    public string Format => "json";

    public void Write(SalesReport report, TextWriter output)
    {
        var json = new JObject
        {
            ["orders"] = report.Orders,
            ["revenue"] = report.Revenue.ToString(),
            ["lines"] = new JArray(report.Lines.Select(line => new JObject
            {
                ["product"] = line.Product,
                ["sold"] = line.Sold,
                ["revenue"] = line.Revenue.ToString(),
            })),
        };
        output.WriteLine(json.ToString(Formatting.Indented));
    }
}
