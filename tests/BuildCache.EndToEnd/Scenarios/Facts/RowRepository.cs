namespace BuildCache.EndToEnd.Facts;

/// <summary>The repository that the rows change: Lib, on which Mid builds, on which App builds; and Other, which stands alone.</summary>
internal static class RowRepository
{
    public const string All = "Lib Mid App Other";

    public const string Chain = "Lib Mid App";

    /// <param name="other">More properties of Other.</param>
    /// <param name="body">More lines of Other's project file.</param>
    /// <param name="appProperties">More properties of App.</param>
    public static async Task<Sandbox> CreateAsync(string other = "", string body = "", string appProperties = "")
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: "<ItemGroup><None Update=\"settings.json\" CopyToOutputDirectory=\"PreserveNewest\" /></ItemGroup>");
        sandbox.Write("Lib/settings.json", "{}");
        sandbox.WriteProject("Mid", "lib", references: "Lib");
        sandbox.WriteProject("App", "exe", appProperties, references: "Mid");
        sandbox.WriteProject("Other", "lib", other, body: body);
        sandbox.WriteSolution("Lib", "Mid", "App", "Other");
        return sandbox;
    }
}
