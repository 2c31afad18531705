using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;

namespace BuildCache.Tests.Gates;

public class OutputUseTests
{
    [Theory]
    [InlineData("{repo}/B/bin/Debug/B.dll", true)]
    [InlineData("{repo}/B/obj/generated/x.json", true)]
    [InlineData("{repo}/B/B.cs", false)]
    [InlineData("{repo}/A/bin/A.dll", false)]
    [InlineData("{repo}/B/binary.txt", false)]
    [InlineData("/elsewhere/x.txt", false)]
    public void What_another_project_writes_counts_and_nothing_else(string path, bool counts)
    {
        ProjectRecord user = Entries.Record("A") with { Sources = [new Fact(FactKind.File, path, Digest.Of("x"))] };
        string reason = OutputUse.Checked([user, Entries.Record("B")])[0].MustBuild;

        Assert.Equal(counts, reason.Length > 0);
        Assert.Equal("", OutputUse.Checked([user with { References = [new ReferenceState(Entries.Record("B").Name, default)] }, Entries.Record("B")])[0].MustBuild);
    }

    [Fact]
    public void A_folder_of_references_counts_too() =>
        Assert.Contains("B/B.csproj", OutputUse.Checked([Entries.Record("A") with { Sources = [new Fact(FactKind.Beside, "{repo}/B/bin", Digest.Of("x"))] }, Entries.Record("B")])[0].MustBuild, StringComparison.Ordinal);
}
