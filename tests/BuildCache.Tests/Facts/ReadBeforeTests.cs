using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

public class ReadBeforeTests : TestFolder
{
    private static readonly DateTime s_then = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly ReadBefore _memory = new();

    [Fact]
    public void A_build_file_of_another_content_and_the_same_time_is_found_until_the_old_one_is_back()
    {
        string file = WriteAt("repo/a.props", "<Project>1</Project>", s_then);
        Assert.Null(InABuild());

        WriteAt("repo/a.props", "<Project>2</Project>", s_then);
        Assert.Equal(file, InABuild());
        Assert.Equal(file, InABuild());

        WriteAt("repo/a.props", "<Project>1</Project>", s_then);
        Assert.Null(InABuild());
    }

    [Fact]
    public void A_build_file_with_another_time_is_read_anew()
    {
        WriteAt("repo/a.props", "<Project>1</Project>", s_then);
        Assert.Null(InABuild());
        WriteAt("repo/a.props", "<Project>2</Project>", s_then.AddSeconds(1));
        Assert.Null(InABuild());
        WriteAt("repo/a.props", "<Project>1</Project>", s_then.AddSeconds(1));

        Assert.NotNull(InABuild());
    }

    [Fact]
    public void A_package_of_another_hash_is_found()
    {
        string package = Package("one");
        Write("repo/obj/project.nuget.cache", $$"""{ "expectedPackageFiles": ["{{Path.Combine(package, "own.1.0.0.nupkg.sha512").Replace("\\", "\\\\", StringComparison.Ordinal)}}"] }""");
        Assert.Null(InPackages());
        Assert.Null(InPackages());
        Package("two");

        Assert.Equal(package, InPackages());
    }

    [Fact]
    public void An_assembly_that_is_loaded_and_was_replaced_is_found()
    {
        string file = PathOf("tasks/Own.dll");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.Copy(typeof(Xunit.Abstractions.ITest).Assembly.Location, file);
        System.Runtime.Loader.AssemblyLoadContext context = new("replaced");
        context.LoadFromAssemblyPath(file);
        Assert.Null(InPackages(file));

        File.Delete(file);
        File.Copy(typeof(FactAttribute).Assembly.Location, file);
        Assert.Equal(file, InPackages(file));
        Assert.Null(InPackages());
    }

    /// <summary>A build's own view of the files, and the process's memory.</summary>
    private string? InABuild()
    {
        FactContext context = new(Roots(), new StatMemo(file: null, Log), new Dictionary<string, string>(), "/own", _memory);
        EvaluatedProject project = new()
        {
            Path = Write("repo/App.csproj", "<Project />"),
            EvaluatedNs = 0,
            Imports = [PathOf("repo/a.props")],
            GlobalProperties = new Dictionary<string, string>(),
            Properties = [],
            ItemTypes = [],
            Property = static _ => "",
            Targets = new Dictionary<string, TargetShape>(),
        };
        return _memory.FindBuildFile(project, context, CancellationToken.None);
    }

    private string? InPackages(params string[] files) => _memory.FindPackage(
        PathOf("repo/obj/Debug"), files.ToDictionary(static file => file, static file => new HashedFile(default, default)));

    private string Package(string hash) =>
        Path.GetDirectoryName(Write("packages/own/1.0.0/.nupkg.metadata", $$"""{ "contentHash": "{{hash}}" }"""))!;

    private string WriteAt(string relative, string text, DateTime at)
    {
        string path = Write(relative, text);
        File.SetLastWriteTimeUtc(path, at);
        return path;
    }
}
