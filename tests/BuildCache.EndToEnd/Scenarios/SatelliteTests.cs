namespace BuildCache.EndToEnd.Scenarios;

public class SatelliteTests
{
    /// <summary>Satellites share their name, and may share size and time: only where they were put tells them apart.</summary>
    [Fact]
    public async Task Satellites_of_several_languages_come_back_each_in_its_place()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib");
        foreach (string language in (string[])["de", "fr", "es"])
        {
            sandbox.Write($"Lib/Words.{language}.resx", $"<root><resheader name=\"resmimetype\"><value>text/microsoft-resx</value></resheader><resheader name=\"version\"><value>2.0</value></resheader><resheader name=\"reader\"><value>System.Resources.ResXResourceReader, System.Windows.Forms</value></resheader><resheader name=\"writer\"><value>System.Resources.ResXResourceWriter, System.Windows.Forms</value></resheader><data name=\"Word\"><value>{language}</value></data></root>");
        }

        sandbox.WriteProject("App", "exe", references: "Lib");
        (await sandbox.BuildAsync("App")).Expect(misses: "Lib App");
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);
        Assert.Contains("App/bin/Debug/net10.0/fr/Lib.resources.dll", first.Keys);

        // A package's satellites carry one time: so do these now, and the copies are made anew.
        foreach (string satellite in Directory.GetFiles(sandbox.PathOf("Lib/bin"), "*.resources.dll", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(satellite, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        sandbox.Write("App/Extra.cs", "public class Extra;\n");
        (await sandbox.BuildAsync("App", "-p:BuildCacheMode=write")).Succeeded();
        SortedDictionary<string, string> second = TreeSnapshot.Outputs(sandbox.Root);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync("App")).Expect(hits: "Lib App");

        TreeSnapshot.AssertEqual(second, TreeSnapshot.Outputs(sandbox.Root));
    }
}
