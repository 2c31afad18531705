using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class MentionsTests
{
    [Fact]
    public void Every_property_that_is_named_is_a_mention()
    {
        Mentions mentions = MentionScanner.ScanText("<A>$(One);$( Two )</A><B Condition=\"'$(Three.Length)' != '$([MSBuild]::Escape($(Four_4)))'\" />$()");

        Assert.Equal(["Four_4", "One", "Three", "Two"], mentions.Names.Order());
        Assert.Contains("ONE", mentions.Names);
        Assert.Null(mentions.Unmodelled);
    }

    [Theory]
    [InlineData("$([System.Environment]::GetEnvironmentVariable('NAME'))")]
    [InlineData("$([System.Environment]::GetEnvironmentVariable(\"NAME\"))")]
    [InlineData("$([System.Environment]::GetEnvironmentVariable(`NAME`))")]
    [InlineData("$([System.Environment]::GetEnvironmentVariable(&quot;NAME&quot;))")]
    [InlineData("$([System.Environment]::getenvironmentvariable( NAME ))")]
    public void A_variable_that_is_read_by_name_is_a_mention(string text)
    {
        Mentions mentions = MentionScanner.ScanText(text);

        Assert.Contains("NAME", mentions.Names);
        Assert.Null(mentions.Unmodelled);
    }

    [Theory]
    [InlineData("$([System.Environment]::GetEnvironmentVariable($(Name)))")]
    [InlineData("$([System.Environment]::GetEnvironmentVariable('A$(Name)'))")]
    [InlineData("$([System.Environment]::ExpandEnvironmentVariables('%NAME%'))")]
    public void A_variable_that_is_read_by_a_computed_name_cannot_be_modelled(string text) =>
        Assert.NotNull(MentionScanner.ScanText(text).Unmodelled);

    [Fact]
    public void A_file_that_cannot_be_read_mentions_nothing() =>
        Assert.Empty(new MentionScanner().Scan("/absent/file.props").Names);
}
