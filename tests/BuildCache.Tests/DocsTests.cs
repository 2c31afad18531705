using System.Text.RegularExpressions;
using System.Xml.Linq;
using BuildCache.Reporting;

namespace BuildCache.Tests;

/// <summary>What the code offers is documented, and what is documented exists.</summary>
public partial class DocsTests
{
    [Fact]
    public void Every_diagnostic_has_a_page_and_every_page_a_diagnostic()
    {
        string folder = Repository.PathOf("docs", "diagnostics");
        string[] pages = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "BCSDK*.md").Select(path => Path.GetFileNameWithoutExtension(path)!)] : [];

        Assert.Equal(Diagnostics.All.Select(row => row.Code).Order(StringComparer.Ordinal), pages.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void No_code_is_given_twice()
    {
        string[] codes = [.. Diagnostics.All.Select(row => row.Code)];

        Assert.NotEmpty(codes);
        Assert.Equal(codes.Length, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Matches("^BCSDK[0-9]{4}$", code));
    }

    [Fact]
    public void Every_property_is_in_the_READMEs_table_and_the_reverse()
    {
        XDocument props = XDocument.Load(Repository.PathOf("src", "Sdk", "targets", "BuildCache.props"));
        IEnumerable<string> defined = props.Descendants("PropertyGroup").Elements().Select(element => element.Name.LocalName).Where(name => name.StartsWith("BuildCache", StringComparison.Ordinal)).Distinct();
        IEnumerable<string> documented = File.ReadLines(Repository.PathOf("README.md")).Select(line => RowPattern().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value).Distinct();

        Assert.Equal(defined.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    /// <summary>A row of a table whose first cell is a property.</summary>
    [GeneratedRegex(@"^\|\s*`(BuildCache[A-Za-z]+)`\s*\|")]
    private static partial Regex RowPattern();
}
