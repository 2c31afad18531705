namespace BuildCache.EndToEnd;

/// <summary>A copy of samples/Shop, opted in as a user would do it, and committed.</summary>
internal static class Shop
{
    /// <summary>The copy. With these properties beside the line that opts in.</summary>
    public static async Task<Sandbox> CreateAsync(string properties, string name = "shop")
    {
        Sandbox sandbox = await Sandbox.CreateAsync(name);
        string samples = Path.Combine(PackedSdk.Repository, "samples", "Shop");
        foreach (string file in Directory.EnumerateFiles(samples, "*", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(samples, file).Replace('\\', '/');
            if (!("/" + relative).Contains("/bin/", StringComparison.Ordinal) && !("/" + relative).Contains("/obj/", StringComparison.Ordinal))
            {
                string copy = sandbox.PathOf(relative);
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }

        string props = sandbox.Read("Directory.Build.props");
        sandbox.Write("Directory.Build.props", props.Replace("<Project>", $"<Project>\n  <Sdk Name=\"BuildCache.Sdk\" />\n  <PropertyGroup>{properties}</PropertyGroup>", StringComparison.Ordinal));
        sandbox.Write("Directory.Solution.targets", "<Project><Import Project=\"Solution.targets\" Sdk=\"BuildCache.Sdk\" /></Project>\n");
        await sandbox.CommitAsync("Shop");
        return sandbox;
    }
}
