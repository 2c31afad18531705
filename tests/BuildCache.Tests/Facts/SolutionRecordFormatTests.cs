using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class SolutionRecordFormatTests
{
    private static readonly SharedFacts s_shared = SharedFacts.Create([new Fact(FactKind.File, "{sdk}/a.props", Digest.Of("a"))], ["NAME"]);

    [Fact]
    public void A_solution_survives_being_written_and_read()
    {
        ProjectRecord project = Project();
        RestoredPackages packages = new(Digest.Of("entry"), [project.Path], [new Fact(FactKind.File, "{packages}/p", Digest.Of("p"))], [], Digest.Of("graph"), "hash", "");
        SolutionRecord solution = new("{home}/.nuget/packages", [project, project with { Framework = "net8.0" }],
            new Dictionary<string, RestoredPackages> { [project.Path] = packages }, new Dictionary<string, string> { [project.Path] = "Debug|AnyCPU" });

        SolutionRecord read = SolutionRecordFormat.ReadSolution(SolutionRecordFormat.Write(solution))!;

        Assert.Equal(solution.Packages, read.Packages);
        Assert.Equal(["{repo}/A/A.csproj net10.0", "{repo}/A/A.csproj net8.0"], read.Projects.Select(each => each.Name));
        Assert.Equal(project.Evaluation, read.Projects[0].Evaluation);
        Assert.Equal(project.Sources, read.Projects[0].Sources);
        Assert.Equal(project.References, read.Projects[0].References);
        Assert.Equal(s_shared.Facts, read.Projects[0].Shared.Facts);
        Assert.Equal(packages.Required, read.Restored[project.Path].Required);
        Assert.Equal(packages.Covered, read.Restored[project.Path].Covered);
        Assert.Equal("Debug|AnyCPU", read.Entries[project.Path]);

        // A fact that two share is one object, so that it is looked at once.
        Assert.Same(read.Projects[0].Evaluation[0], read.Projects[1].Evaluation[0]);
    }

    [Fact]
    public void A_damaged_one_is_not_believed()
    {
        byte[] bytes = SolutionRecordFormat.Write(Project());
        for (int at = 0; at < bytes.Length; at += 7)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x10;

            Assert.Null(SolutionRecordFormat.ReadProject(damaged, _ => s_shared));
        }

        Assert.NotNull(SolutionRecordFormat.ReadProject(bytes, _ => s_shared));
        Assert.Null(SolutionRecordFormat.ReadProject(bytes, _ => null));
        Assert.Null(SolutionRecordFormat.ReadSolution(bytes));
        Assert.Null(SolutionRecordFormat.ReadSolution([]));
    }

    private static ProjectRecord Project() => new()
    {
        Path = "{repo}/A/A.csproj",
        Framework = "net10.0",
        Frameworks = "",
        Configuration = "Debug",
        IntermediateFolder = "{repo}/A/obj/Debug/net10.0",
        OutputFolder = "{repo}/A/bin",
        RestoreFolder = "{repo}/A/obj",
        Ineligible = "",
        MustBuild = "it runs a tool",
        PublishedTo = "{repo}/A/publish",
        ActionKey = Digest.Of("key"),
        Visible = Digest.Of("visible"),
        Relocatable = true,
        At = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc),
        Evaluation = [new Fact(FactKind.File, "{repo}/A/A.csproj", Digest.Of("project")), new Fact(FactKind.Listing, "{repo}/A", Digest.Of("names"), "bin;obj")],
        Sources = [new Fact(FactKind.File, "{repo}/A/A.cs", Digest.Of("source"))],
        References = [new ReferenceState("{repo}/B/B.csproj net10.0", Digest.Of("b"))],
        Shared = s_shared,
        Mentioned = ["Company"],
    };
}
