using System.Globalization;
using System.Text;
using Shop.Localization;

namespace Shop.Reporting;

public sealed class TextReportWriter(CultureInfo culture) : IReportWriter
{
    public string Format => "text";

    public void Write(SalesReport report, TextWriter output)
    {
        var lines = new StringBuilder();
        lines.Append($"{Texts.Get(TextKey.Orders, culture)}: {report.Orders}");
        foreach (var line in report.Lines)
        {
            lines.Append('\n').Append($"{line.Sold,4} x {line.Product,-20} {MoneyText.For(line.Revenue, culture),12}");
        }

        output.Write(string.Format(culture, Template(), Texts.Get(TextKey.SalesReport, culture), lines));
        output.WriteLine($"{Texts.Get(TextKey.Revenue, culture)}: {MoneyText.For(report.Revenue, culture)}");
    }

    private static string Template()
    {
        using var stream = typeof(TextReportWriter).Assembly.GetManifestResourceStream("report.txt")
            ?? throw new InvalidOperationException("The report template is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
