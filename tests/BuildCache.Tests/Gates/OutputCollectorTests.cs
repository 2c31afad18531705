using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Staging;

namespace BuildCache.Tests.Gates;

public class OutputCollectorTests : TestFolder
{
    [Fact]
    public void Outputs_are_what_lies_in_obj_what_was_written_and_what_was_declared()
    {
        Write("repo/obj/Debug/App.dll", "dll");
        Write("repo/obj/Debug/sub/App.cache", "");
        Write("repo/obj/Debug/linux-x64/App.csproj.FileListAbsolute.txt", "another build's");
        Write("repo/obj/Debug/project.assets.json", "{}");
        Write("repo/obj/Debug/PublishOutputs.0123456789.txt", "written by an earlier publish");
        string written = Write("repo/bin/Debug/App.dll", "dll");
        Write("repo/bin/Debug/foreign.txt", "not ours");
        Write("repo/made/a/deep.txt", "");

        IReadOnlyList<FoundOutput> found = Collect([written, PathOf("repo/bin/Debug/absent.dll")], declared: [PathOf("repo/made")]);

        Assert.Equal(
            ["bin/Debug/App.dll", "made/a/deep.txt", "obj/Debug/App.dll", "obj/Debug/sub/App.cache"],
            found.Select(output => Path.GetRelativePath(PathOf("repo"), output.Path).Replace('\\', '/')));
    }

    [Fact]
    public void A_repository_that_somebody_cloned_into_obj_is_no_output()
    {
        Write("repo/obj/Debug/App.dll", "dll");
        Write("repo/obj/Debug/deps/clone/.git/HEAD", "ref: refs/heads/main");
        Write("repo/obj/Debug/deps/clone/src/work.cs", "not committed");

        Assert.Equal([PathOf("repo/obj/Debug/App.dll")], Collect([]).Select(output => output.Path));
        Assert.Equal([PathOf("repo/obj/Debug/App.dll")], OutputCollector.MadeIn(PathOf("repo/obj/Debug"), Project()));
    }

    [Fact]
    public void Dependents_see_the_output_folder_the_reference_assembly_and_what_was_declared()
    {
        Write("repo/obj/Debug/App.dll", "dll");
        Write("repo/obj/Debug/refint/App.dll", "ref");
        string written = Write("repo/bin/Debug/App.dll", "dll");
        string declared = Write("repo/made.txt", "");

        IReadOnlyList<FoundOutput> found = Collect([written], [declared], reference: PathOf("repo/obj/Debug/refint/App.dll"));

        Assert.Equal(
            ["bin/Debug/App.dll", "made.txt", "obj/Debug/refint/App.dll"],
            found.Where(output => output.IsVisible).Select(output => Path.GetRelativePath(PathOf("repo"), output.Path).Replace('\\', '/')));
    }

    [Fact]
    public void A_copy_is_what_the_targets_say_they_copied()
    {
        string source = Write("repo/content/data.json", "{}");
        string copy = Write("repo/bin/Debug/data.json", "{}");
        DateTime time = new(2021, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(source, time);
        File.SetLastWriteTimeUtc(copy, time);
        string other = Write("repo/bin/Debug/other.json", "{}");

        IReadOnlyList<FoundOutput> found = Collect([copy, other], copies: new() { [copy] = source, [other] = source });

        // The second was written anew since: its time differs.
        Assert.Equal([source, null], found.Select(output => output.CopyOf));
    }

    [Fact]
    public void A_copy_that_is_not_what_its_source_is_is_copied_again()
    {
        string source = Write("repo/B/bin/B.dll", "of B");
        string copy = PathOf("repo/bin/Debug/B.dll");
        string changed = Write("repo/bin/Debug/C.dll", "not that of C");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(source, copy);
        BuiltOutputs built = Built([copy, changed], [], new Dictionary<string, string> { [copy] = source, [changed] = Write("repo/C/bin/C.dll", "of C") }, "");

        CollectedOutputs collected = Collected(built);

        Assert.Equal([copy, changed], collected.Found.Select(output => output.Path));
        Assert.Equal("of C", File.ReadAllText(changed));
        Assert.All(collected.Found, output => Assert.NotNull(output.CopyOf));
    }

    [Fact]
    public void An_output_outside_the_repository_is_refused()
    {
        string outside = Write("outside.dll", "dll");

        CollectedOutputs collected = Collected(Built([outside], [], [], ""));

        Assert.Same(Diagnostics.OutputOutside, collected.Refusal?.Diagnostic);
        Assert.Contains(outside, collected.Refusal!.Arguments);
        Assert.Equal([outside], collected.Found.Select(output => output.Path));
    }

    [Fact]
    public void A_declared_output_that_is_missing_is_refused()
    {
        CollectedOutputs collected = Collected(Built([], [PathOf("repo/absent")], [], ""));

        Assert.Same(Diagnostics.MissingOutput, collected.Refusal?.Diagnostic);
    }

    [Fact]
    public void A_link_is_an_output_of_its_own()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Write("repo/bin/Debug/target", "");
        File.CreateSymbolicLink(PathOf("repo/bin/Debug/link"), "target");

        Assert.True(Assert.Single(Collect([PathOf("repo/bin/Debug/link")])).Stamp.IsLink);
    }

    [LinuxFact]
    public void A_link_to_a_folder_is_an_output_and_what_lies_behind_it_is_not()
    {
        Write("repo/assets/a.txt", "tracked");
        Write("repo/obj/Debug/App.dll", "dll");
        File.CreateSymbolicLink(PathOf("repo/obj/Debug/assets"), "../../assets");
        File.CreateSymbolicLink(PathOf("repo/obj/Debug/circle"), ".");
        Directory.CreateDirectory(PathOf("repo/made"));
        File.CreateSymbolicLink(PathOf("repo/made/assets"), "../assets");

        CollectedOutputs collected = Collected(Built([], [PathOf("repo/made")], [], ""));

        Assert.Null(collected.Refusal);
        Assert.Equal(
            ["made/assets", "obj/Debug/App.dll", "obj/Debug/assets", "obj/Debug/circle"],
            collected.Found.Select(output => Path.GetRelativePath(PathOf("repo"), output.Path)));
    }

    [LinuxFact]
    public void A_link_that_leads_elsewhere_keeps_the_project_out_of_the_store()
    {
        Write("outside/precious.txt", "precious");
        Directory.CreateDirectory(PathOf("repo/obj/Debug"));
        File.CreateSymbolicLink(PathOf("repo/obj/Debug/data"), PathOf("outside"));

        CollectedOutputs collected = Collected(Built([], [], [], ""));

        Assert.Same(Diagnostics.LinkLeadsElsewhere, collected.Refusal?.Diagnostic);
    }

    [Theory]
    [InlineData("bin/Debug/note.txt", "bin/Debug/note.txt", true)]
    [InlineData("bin/Debug/note.txt", "bin/Debug/old.txt", false)]
    [InlineData("bin/Debug/other.txt", "bin/Debug/note.txt", false)]
    public void What_MSBuild_took_of_what_this_build_wrote_keeps_the_project_out_of_the_store(string written, string taken, bool isRefused)
    {
        Write("repo/obj/Debug/App.dll", "dll");
        HashSet<string> takenAway = [PathOf("repo/" + taken)];

        CollectedOutputs collected = Collected(Built([PathOf("repo/" + written)], [], [], "") with { TakenAway = takenAway });

        Assert.Equal(isRefused, collected.Refusal is not null);
        Assert.Equal([PathOf("repo/obj/Debug/App.dll")], collected.Found.Select(output => output.Path));
    }

    private IReadOnlyList<FoundOutput> Collect(string[] written, string[]? declared = null, Dictionary<string, string>? copies = null, string reference = "") =>
        Collected(Built(written, declared ?? [], copies ?? [], reference)).Found;

    private CollectedOutputs Collected(BuiltOutputs built) => OutputCollector.Collect(built, Project(), Roots(), new TrackedFiles(), Refreshed(built).Seen);

    private RefreshedCopies Refreshed(BuiltOutputs built, Placement? before = null) =>
        new StaleCopies(new FactContext(Roots(), new StatMemo(file: null, Log), new Dictionary<string, string>(), "/own"), Log)
            .Refresh(built, Project(), hasHooks: false, () => before, CancellationToken.None);

    private BuiltOutputs Built(string[] written, string[] declared, Dictionary<string, string> copies, string reference) =>
        new()
        {
            FileWrites = written,
            Copies = copies,
            CopiesOfSeveral = new HashSet<string>(),
            CopiesIfNewer = new HashSet<string>(),
            Declared = declared,
            IntermediateFolder = PathOf("repo/obj/Debug"),
            OutputFolder = PathOf("repo/bin/Debug"),
            TargetPath = PathOf("repo/bin/Debug/App.dll"),
            ReferenceAssembly = reference,
        };

    private EvaluatedProject Project() =>
        new()
        {
            Path = PathOf("repo/App.csproj"),
            EvaluatedNs = 0,
            Imports = [],
            GlobalProperties = new Dictionary<string, string>(),
            Properties = [],
            ItemTypes = [],
            Property = static _ => "",
            Targets = new Dictionary<string, TargetShape>(),
        };
}
