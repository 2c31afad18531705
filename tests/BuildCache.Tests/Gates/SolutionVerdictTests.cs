using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;

namespace BuildCache.Tests.Gates;

public class SolutionVerdictTests
{
    private static readonly Fact s_source = new(FactKind.File, "{repo}/A/A.cs", Digest.Of("one"));

    [Fact]
    public void A_change_reaches_all_that_depend_on_it_and_no_other()
    {
        ProjectRecord a = Project("A"), b = Project("B", "A"), c = Project("C", "B"), other = Project("D");
        SolutionVerdict verdict = new(Solution(a, b, c, other), new Dictionary<Fact, Digest>());
        verdict.Change(a, "it changed");

        Assert.False(verdict.IsUnchanged(a.Path));
        Assert.False(verdict.IsUnchanged(b.Path));
        Assert.False(verdict.IsUnchanged(c.Path));
        Assert.True(verdict.IsUnchanged(other.Path));
        Assert.False(verdict.IsAllUnchanged);
    }

    [Fact]
    public void A_project_of_which_a_framework_was_not_recorded_is_not_unchanged()
    {
        ProjectRecord outer = Project("A") with { Framework = "", Frameworks = "net10.0;net8.0", ActionKey = default };
        ProjectRecord one = Project("A") with { Frameworks = "net10.0;net8.0" };
        ProjectRecord two = one with { Framework = "net8.0" };

        Assert.False(new SolutionVerdict(Solution(outer, one), new Dictionary<Fact, Digest>()).IsUnchanged(one.Path));
        Assert.False(new SolutionVerdict(Solution(one, two), new Dictionary<Fact, Digest>()).IsUnchanged(one.Path));
        Assert.True(new SolutionVerdict(Solution(outer, one, two), new Dictionary<Fact, Digest>()).IsUnchanged(one.Path));
    }

    [Fact]
    public void Another_record_may_be_better_only_if_it_knows_what_is_there_now()
    {
        SolutionVerdict verdict = new(Solution(Project("A")), new Dictionary<Fact, Digest> { [s_source] = Digest.Of("two") });

        Assert.False(verdict.MayBeBetter(Solution(Project("A") with { Sources = [s_source with { Value = Digest.Of("three") }] })));
        Assert.True(verdict.MayBeBetter(Solution(Project("A") with { Sources = [s_source with { Value = Digest.Of("two") }] })));
        Assert.True(new SolutionVerdict(Solution(Project("A")), new Dictionary<Fact, Digest>()).MayBeBetter(Solution(Project("A"))));
    }

    private static SolutionRecord Solution(params ProjectRecord[] projects) => new("", projects, new Dictionary<string, RestoredPackages>(), new Dictionary<string, string>());

    private static ProjectRecord Project(string name, params string[] references) => Entries.Record(name) with
    {
        Sources = [s_source],
        References = [.. references.Select(reference => new ReferenceState($"{{repo}}/{reference}/{reference}.csproj net10.0", Digest.Of(reference)))],
    };
}
