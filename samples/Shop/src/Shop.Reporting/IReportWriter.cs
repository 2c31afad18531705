namespace Shop.Reporting;

public interface IReportWriter
{
    string Format { get; }

    void Write(SalesReport report, TextWriter output);
}
