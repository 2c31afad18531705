using BuildCache.Hashing;
using BuildCache.Scheduling;
using BuildCache.Storage;

namespace BuildCache.Tests.Scheduling;

public class SolutionWorkTests : TestFolder
{
    private readonly RootMap _roots;
    private readonly WorkHistory _history;

    public SolutionWorkTests()
    {
        _roots = Roots();
        _history = new WorkHistory(new StoreLayout(PathOf("cache")), Log);
    }

    private string Project(string name, string references = "", int sourceBytes = 0)
    {
        if (sourceBytes > 0)
        {
            Write($"repo/{name}/Source.cs", new string(' ', sourceBytes));
            Write($"repo/{name}/obj/Generated.cs", new string(' ', 100_000));
        }

        return Write($"repo/{name}/{name}.csproj", $"<Project Sdk=\"S\">{string.Concat(references.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(each => $"<ItemGroup><ProjectReference Include=\"../{each}/{each}.csproj\" /></ItemGroup>"))}</Project>");
    }

    private WorkKey Key(string path, string framework = "") => WorkKey.OfProject(WorkKey.Build, _roots, path, framework, "Debug");

    private SolutionWork Gather(params string[] paths) => SolutionWork.Gather([.. paths.Select(path => new ProjectToBuild(path, "Debug", false))], _history, _roots);

    [Fact]
    public void Without_history_the_project_files_give_the_graph_and_the_sources_the_durations()
    {
        SolutionWork work = Gather(Project("App", "Lib", 1000), Project("Lib", "", 900_000));

        Assert.False(work.IsKnown);
        Assert.Equal([1], work.Graph.ReferencesOf(0));
        Assert.True(work.Graph.Items[1].Seconds > work.Graph.Items[0].Seconds);
        Assert.Equal(1000, work.Projects[0].Shape.SourceBytes);
    }

    [Fact]
    public void Recorded_durations_and_references_count()
    {
        string app = Project("App"), lib = Project("Lib");
        _history.NoteRun(Key(app), 7, new WorkShape(10, ["Lib/Lib.csproj", "Gone/Gone.csproj"]));
        _history.NoteRun(Key(lib), 3);
        SolutionWork work = Gather(app, lib);

        Assert.True(work.IsKnown);
        Assert.Equal(10, work.Graph.CriticalSeconds);
    }

    [Fact]
    public void A_project_without_a_record_of_its_own_takes_what_its_frameworks_take()
    {
        string multi = Write("repo/Multi/Multi.csproj", "<Project Sdk=\"S\"><PropertyGroup><TargetFrameworks>net10.0;net9.0</TargetFrameworks></PropertyGroup></Project>");
        _history.NoteRun(Key(multi, "net10.0"), 2);
        _history.NoteRun(Key(multi, "net9.0"), 3);

        Assert.Equal(5, Gather(multi).Graph.TotalSeconds);
    }

    [Fact]
    public void What_will_come_from_the_cache_weighs_what_a_restore_costs()
    {
        string app = Project("App");
        _history.NoteRun(Key(app), 30);
        _history.NoteHit(Key(app), 0.5);

        Assert.Equal(0.5, SolutionWork.Gather([new ProjectToBuild(app, "Debug", IsLikelyHit: true)], _history, _roots).Graph.TotalSeconds);
    }

    [Fact]
    public void A_project_gathers_what_it_references()
    {
        Project("Lib");
        Project("Mid", "Lib");

        Assert.Equal(3, SolutionWork.GatherFrom(Project("App", "Mid Gone"), "Debug", _history, _roots).Graph.Items.Count);
    }

    [Fact]
    public void The_table_says_what_is_guessed()
    {
        string table = Prediction.Table(Gather(Project("App", "Lib"), Project("Lib")));

        Assert.Contains("2 projects", table, StringComparison.Ordinal);
        Assert.Contains("2 guessed", table, StringComparison.Ordinal);
        Assert.Equal(14, table.Split('\n').Length);
    }
}
