using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class FinalPropertiesTests
{
    private readonly FinalProperties _final = new(new EvaluatedProject
    {
        Path = "/repo/A/A.csproj",
        EvaluatedNs = 0,
        Imports = [],
        GlobalProperties = new Dictionary<string, string>(),
        Properties = [new("On", "true"), new("Off", "false"), new("Number", "1.0"), new("Where", "/repo/src/")],
        ItemTypes = [],
        Property = _ => "what a target set since",
        Targets = new Dictionary<string, TargetShape>(),
    });

    [Theory]
    [InlineData("'$(Off)' == 'other'", true)]
    [InlineData("'$(On)' == 'true'", false)]
    [InlineData("'$(ON)' == 'TRUE'", false)]
    [InlineData("'$(None)' == 'true'", true)]
    [InlineData("'$(On)' == 'true' and '$(None)' == 'true'", true)]
    [InlineData("'$(On)' == 'true' AND '$(None)' != ''", true)]
    [InlineData("'$(On)' != 'true'", true)]
    [InlineData("'$(Off)' == 'true'", true)]
    [InlineData("'$(On)' == 'no'", true)]
    public void A_comparison_that_does_not_hold_is_seen(string condition, bool isFalse) => Assert.Equal(isFalse, _final.IsFalse([condition], "/repo/A/A.csproj"));

    [Theory]
    [InlineData("'$(Number)' == '1'")]
    [InlineData("'$(On)' == 'on'")]
    [InlineData("'$(None)' == 'x' or '$(On)' == 'true'")]
    [InlineData("('$(None)' == 'x')")]
    [InlineData("'$(On)' == 'true' and ('$(None)' == 'x' or '$(On)' == 'true')")]
    [InlineData("!('$(On)' == 'x')")]
    [InlineData("'$([System.IO.Path]::GetFileName(`a`))' == 'x'")]
    [InlineData("'@(Compile)' == 'x'")]
    [InlineData("'%(Identity)' == 'x'")]
    [InlineData("Exists('$(None)')")]
    [InlineData("$(None)")]
    public void What_might_hold_is_not_called_false(string condition) => Assert.False(_final.IsFalse([condition], "/repo/A/A.csproj"));

    [Theory]
    [InlineData("$(Where)a/**", "/repo/src/a/**")]
    [InlineData("$(None)a", "a")]
    [InlineData("$(MSBuildThisFileDirectory)a", "/repo/A/a")]
    [InlineData("$(Where.Trim())a", null)]
    [InlineData("$([MSBuild]::NormalizePath('a'))", null)]
    [InlineData("@(Compile)", null)]
    [InlineData("$(MSBuildThisFileWhatever)", null)]
    public void Names_of_properties_become_their_values_and_nothing_else_does(string text, string? expanded) => Assert.Equal(expanded, _final.Expand(text, "/repo/A/A.csproj"));
}
