using BuildCache.Facts;

namespace BuildCache.Tests.Facts;

public class SemanticPlanTests
{
    private static readonly string s_folder = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "plan"));

    [Fact]
    public void A_source_that_is_only_compiled_may_be_read_without_comments() =>
        Assert.Equal([("A.cs", SemanticForm.Source)], Files(Plan(Item("Compile", "A.cs"), Item("BuildCacheInput", "A.cs", ("Implicit", "true")))));

    [Theory]
    [InlineData("Content")]
    [InlineData("EmbeddedResource")]
    [InlineData("AdditionalFiles")]
    [InlineData("Template")]
    [InlineData("BuildCacheInput")]
    public void A_source_that_another_item_names_counts_in_full(string type)
    {
        Assert.Empty(Files(Plan(Item("Compile", "A.cs"), Item(type, "A.cs"))));
        Assert.Empty(Files(Plan(Item(type, "A.cs"), Item("Compile", "A.cs"))));
    }

    [Fact]
    public void A_source_that_is_copied_counts_in_full() =>
        Assert.Empty(Files(Plan(Item("Compile", "A.cs", ("CopyToOutputDirectory", "PreserveNewest")))));

    [Fact]
    public void A_source_that_a_resource_is_named_after_counts_in_full()
    {
        Assert.Empty(Files(Plan(Item("Compile", "Form.cs"), Item("EmbeddedResource", "Form.de.resx"))));
        Assert.Empty(Files(Plan(Item("Compile", "sub/Form.cs"), Item("EmbeddedResource", "Texts.resx", ("DependentUpon", "Form.cs")))));
        Assert.NotEmpty(Files(Plan(Item("Compile", "Form.cs"), Item("EmbeddedResource", "sub/Form.resx"))));
    }

    [Theory]
    [InlineData("DebugType", "portable", "pdb")]
    [InlineData("DebugType", "", "pdb")]
    [InlineData("DebugType", "embedded", "pdb")]
    [InlineData("GenerateDocumentationFile", "true", "documentation")]
    [InlineData("DocumentationFile", "a.xml", "documentation")]
    [InlineData("Deterministic", "false", "deterministic")]
    [InlineData("EnforceCodeStyleInBuild", "true", "style")]
    [InlineData("EmitCompilerGeneratedFiles", "true", "generated")]
    [InlineData("ErrorLog", "a.sarif", "log")]
    [InlineData("CodePage", "1252", "encoding")]
    [InlineData("Features", "debug-determinism", "features")]
    [InlineData("CodeAnalysisRuleSet", "a.ruleset", "rule set")]
    [InlineData("WarningsAsErrors", "CS1;CA1505", "counts lines")]
    [InlineData("Language", "F#", "C#")]
    public void A_setting_under_which_comments_show_speaks_against_it(string name, string value, string why)
    {
        SemanticPlan plan = SemanticPlan.For(Project([(name, value)], Item("Compile", "A.cs"), Item("None", "a.zip")), hasHooks: false);

        Assert.Contains(why, plan.WhyNotSources, StringComparison.Ordinal);
        Assert.Equal([("a.zip", SemanticForm.Archive)], Files(plan));
    }

    [Fact]
    public void Of_a_project_with_targets_of_its_own_only_declared_archives_may_be_read_by_members()
    {
        SemanticPlan plan = SemanticPlan.For(
            Project([], Item("Compile", "A.cs"), Item("None", "a.zip"), Item("None", "b.zip"), Item("BuildCacheInput", "b.zip", ("ByMembers", "true"))), hasHooks: true);

        Assert.NotNull(plan.WhyNotSources);
        Assert.Equal([("b.zip", SemanticForm.Archive)], Files(plan));
    }

    [Fact]
    public void An_archive_that_is_copied_or_embedded_counts_in_full()
    {
        Assert.Empty(Files(Plan(Item("None", "a.zip", ("CopyToOutputDirectory", "Always")))));
        Assert.Empty(Files(Plan(Item("EmbeddedResource", "a.zip"))));
        Assert.Empty(Files(Plan(Item("Content", "a.zip"), Item("BuildCacheInput", "a.zip", ("ByMembers", "true")))));
    }

    [Fact]
    public void An_assembly_counts_by_its_MVID_only_where_it_is_compiled_against_and_not_copied()
    {
        Assert.Equal([("lib/A.dll", SemanticForm.Assembly)], Files(Plan(Item("Reference", "A", ("HintPath", "lib/A.dll"), ("Private", "false")), Item("None", "lib/A.dll"))));
        Assert.Empty(Files(Plan(Item("Reference", "A", ("HintPath", "lib/A.dll")))));
        Assert.Empty(Files(Plan(Item("Reference", "A", ("HintPath", "lib/A.dll"), ("Private", "true")))));
        Assert.Empty(Files(Plan(Item("Reference", "A", ("HintPath", "lib/A.dll"), ("Private", "false"), ("EmbedInteropTypes", "true")))));
        Assert.Empty(Files(Plan(Item("Reference", "A", ("HintPath", "lib/A.dll"), ("Private", "false")), Item("Analyzer", "lib/A.dll"))));
    }

    private static SemanticPlan Plan(params (string Type, EvaluatedItem Item)[] items) => SemanticPlan.For(Project([], items), hasHooks: false);

    private static (string, EvaluatedItem) Item(string type, string include, params (string Name, string Value)[] metadata) =>
        (type, new EvaluatedItem(include, [.. metadata.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))]));

    private static EvaluatedProject Project((string Name, string Value)[] properties, params (string Type, EvaluatedItem Item)[] items)
    {
        Dictionary<string, string> values = new() { ["DebugType"] = "none", ["Language"] = "C#" };
        foreach ((string name, string value) in properties)
        {
            values[name] = value;
        }

        return new EvaluatedProject
        {
            Path = Path.Combine(s_folder, "A.csproj"),
            EvaluatedNs = 0,
            Imports = [],
            GlobalProperties = new Dictionary<string, string>(),
            Properties = [.. values],
            ItemTypes = [.. items.GroupBy(item => item.Type, item => item.Item).Select(group => new EvaluatedItemType(group.Key, [.. group]))],
            Property = name => values.GetValueOrDefault(name, ""),
            Targets = new Dictionary<string, TargetShape>(),
        };
    }

    /// <summary>What the plan holds, without what is only a name.</summary>
    private static (string, SemanticForm)[] Files(SemanticPlan plan) =>
        [.. plan.Files.Where(file => Path.HasExtension(file.Key)).Select(file => (Path.GetRelativePath(s_folder, file.Key).Replace('\\', '/'), file.Value))];
}
