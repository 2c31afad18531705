namespace BuildCache.EndToEnd.Facts;

public class PackageRows
{
    private const string Chain = "Lib Mid";

    [Fact]
    public async Task Packages_direct_transitive_floating_and_swapped()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        (string feed, string packages) = PackageFeed.Create(sandbox);
        PackageFeed.Pack(feed, "Direct", "1.0.0", "one", "<dependency id=\"Below\" version=\"1.0.0\" />");
        PackageFeed.Pack(feed, "Direct", "1.1.0", "two", "<dependency id=\"Below\" version=\"1.0.0\" />");
        PackageFeed.Pack(feed, "Below", "1.0.0", "one");
        PackageFeed.Pack(feed, "Below", "1.1.0", "two");
        PackageFeed.Pack(feed, "Floating", "1.0.0", "one");
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><PackageReference Include=\"Direct\" Version=\"1.0.0\" /></ItemGroup>");
        sandbox.WriteProject("Mid", "lib", references: "Lib");
        sandbox.WriteProject("Other", "lib", body: "<ItemGroup><PackageReference Include=\"Floating\" Version=\"1.*\" /></ItemGroup>");
        sandbox.WriteSolution("Lib", "Mid", "Other");
        RowTable rows = new(sandbox);
        await rows.PrepareAsync();

        await rows.EditAsync("Lib/Lib.csproj", "\"Direct\" Version=\"1.0.0\"", "\"Direct\" Version=\"1.1.0\"", Chain);
        await rows.EditAsync("Lib/Lib.csproj", "<PackageReference", "<PackageReference Include=\"Below\" Version=\"1.1.0\" /><PackageReference", Chain);
        await rows.EditAsync("Lib/Lib.csproj", "Version=\"1.0.0\"", "Version=\"1.0.0\" PrivateAssets=\"all\"", Chain);
        await rows.EditAsync("Lib/Lib.csproj", "Version=\"1.0.0\"", "Version=\"1.0.0\" ExcludeAssets=\"compile\"", Chain);

        // A new version that a floating one takes: restore finds it when it really resolves.
        await rows.ChangeAsync(
            "a floating version",
            "Other",
            () => PackageFeed.Pack(feed, "Floating", "1.5.0", "two"),
            () => File.Delete(Path.Combine(feed, "floating.1.5.0.nupkg")),
            "--force");
        await rows.ChangeAsync("the old floating version", "", static () => { }, static () => { }, "--force");

        // Another content under the same version, as from a feed that lets packages be replaced.
        await rows.ChangeAsync("content swapped under the same version", "Other", () => Swap("two"), () => Swap("one"), "--force", "--no-http-cache");
        await rows.AssertAllRightAsync();

        void Swap(string content)
        {
            PackageFeed.Pack(feed, "Floating", "1.0.0", content);
            Directory.Delete(Path.Combine(packages, "floating"), recursive: true);
        }
    }
}
