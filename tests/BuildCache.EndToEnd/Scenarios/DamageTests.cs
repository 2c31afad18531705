namespace BuildCache.EndToEnd.Scenarios;

public class DamageTests
{
    [Theory]
    [InlineData("truncated")]
    [InlineData("flipped")]
    [InlineData("emptied entry")]
    public async Task Damage_is_reported_and_heals(string damage)
    {
        using Sandbox sandbox = await Sandbox.HelloAsync();
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        SortedDictionary<string, string> first = TreeSnapshot.Outputs(sandbox.Root);
        foreach (string path in damage == "emptied entry" ? sandbox.Entries() : sandbox.Blobs())
        {
            byte[] content = File.ReadAllBytes(path);
            if (damage == "flipped" && content.Length > 0)
            {
                content[content.Length / 2] ^= 1;
            }

            File.WriteAllBytes(path, damage == "truncated" ? content[..(content.Length / 2)] : damage == "flipped" ? content : []);
        }

        sandbox.DeleteOutputs();
        BuildResult second = (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Contains("warning BCSDK3002", second.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));

        sandbox.DeleteOutputs();
        BuildResult third = (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        Assert.DoesNotContain("warning BCSDK", third.Output, StringComparison.Ordinal);
        TreeSnapshot.AssertEqual(first, TreeSnapshot.Outputs(sandbox.Root));
    }
}
