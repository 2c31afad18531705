namespace BuildCache.EndToEnd.Facts;

public class GitRows
{
    [Fact]
    public async Task A_project_whose_version_comes_from_tags_is_named_and_always_has_the_right_one()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Versioned", "lib", body: "<ItemGroup><PackageReference Include=\"MinVer\" Version=\"8.0.0\" PrivateAssets=\"all\" /></ItemGroup>");
        await sandbox.CommitAsync("first");
        await sandbox.GitAsync("tag", "1.0.0");
        BuildResult first = (await sandbox.BuildAsync("Versioned", "-v:n")).Succeeded();
        Assert.Empty(first.Hits);
        Assert.Equal("1.0.0", Version(sandbox));

        await sandbox.GitAsync("tag", "-d", "1.0.0");
        await sandbox.GitAsync("tag", "2.0.0");
        BuildResult tagged = (await sandbox.BuildAsync("Versioned")).Succeeded();
        Assert.Empty(tagged.Hits);
        Assert.Equal("2.0.0", Version(sandbox));

        sandbox.Write("Versioned/Dirty.cs", "public class Dirty;\n");
        await sandbox.CommitAsync("second");
        sandbox.DeleteOutputs();
        Assert.Empty((await sandbox.BuildAsync("Versioned")).Succeeded().Hits);
        Assert.StartsWith("2.0.1-alpha", Version(sandbox), StringComparison.Ordinal);
    }

    private static string Version(Sandbox sandbox) => System.Diagnostics.FileVersionInfo
        .GetVersionInfo(sandbox.PathOf("Versioned/bin/Debug/net10.0/Versioned.dll"))
        .ProductVersion!
        .Split('+')[0];
}
