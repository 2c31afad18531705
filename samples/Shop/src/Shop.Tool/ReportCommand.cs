using Shop.Localization;
using Shop.Primitives;
using Shop.Reporting;

namespace Shop.Tool;

internal sealed class ReportCommand(SalesReportBuilder reports) : ICommand
{
    public string Name => "report";

    public string Usage => "report [json|en|de|fr]";

    public void Run(string[] arguments, TextWriter output)
    {
        var wanted = arguments.FirstOrDefault();
        IReportWriter writer = wanted == "json"
            ? new JsonReportWriter()
            : new TextReportWriter(Languages.Find(wanted));
        writer.Write(reports.Build(Currency.Euro), output);
    }
}
