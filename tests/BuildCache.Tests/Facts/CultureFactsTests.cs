using System.Globalization;
using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class CultureFactsTests
{
    [Theory]
    [InlineData("$([System.Convert]::ToDouble('1.5'))", true)]
    [InlineData("$([msbuild]::add('1.5', 1))", true)]
    [InlineData("$(Number.tostring('N2'))", true)]
    [InlineData("$([System.DateTime]::UtcNow)", true)]
    [InlineData("<X Condition=\"1.5 &gt; 1\">$(Y.Replace('a', 'b'))$([System.IO.Path]::Combine('a', 'b'))</X>", false)]
    public void Functions_that_write_numbers_or_dates_are_told(string text, bool expected) => Assert.Equal(expected, CultureFacts.AreFormatsUsed(text));

    [Fact]
    public void Letters_are_the_same_in_most_cultures_and_formats_in_few()
    {
        (string formats, string letters) = In("en-US");

        Assert.Equal(letters, In("").Letters);
        Assert.Equal(letters, In("de-DE").Letters);
        Assert.Equal(letters, In("ja-JP").Letters);
        Assert.NotEqual(letters, In("tr-TR").Letters);
        Assert.NotEqual(letters, In("da-DK").Letters);
        Assert.NotEqual(formats, In("de-DE").Formats);
        Assert.NotEqual(formats, In("").Formats);
    }

    [Fact]
    public void A_persons_own_formats_count()
    {
        CultureInfo own = new("en-US");
        own.NumberFormat.NumberDecimalSeparator = ",";

        Assert.NotEqual(In("en-US").Formats, In(own).Formats);
    }

    private static (string Formats, string Letters) In(string culture) => In(new CultureInfo(culture));

    private static (string Formats, string Letters) In(CultureInfo culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            Dictionary<string, string> environment = [];
            CultureFacts.AddTo(environment);
            return (environment[CultureFacts.Formats], environment[CultureFacts.Letters]);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
