using BuildCache.Facts;
using BuildCache.Hashing;

namespace BuildCache.Tests.Facts;

/// <summary>Whether an assembly that was built has a public key, which is read once a build.</summary>
public class KeysInSourcesTests : TestFolder
{
    private static readonly string s_signed = typeof(object).Assembly.Location;
    private static readonly string s_unsigned = typeof(KeysInSourcesTests).Assembly.Location;

    [Fact]
    public void An_assembly_that_is_made_anew_in_the_same_place_is_read_again()
    {
        FactContext context = new(Roots(), new StatMemo(null, Log), new Dictionary<string, string>(), PathOf("own"));
        string assembly = Write("App.dll", File.ReadAllBytes(s_unsigned));

        Assert.False(context.HasPublicKey(assembly));
        Assert.False(context.HasPublicKey(assembly));

        LetTheClockTick();
        File.WriteAllBytes(assembly, File.ReadAllBytes(s_signed));

        Assert.True(context.HasPublicKey(assembly));
        Assert.True(context.HasPublicKey(assembly));
    }

    [Fact]
    public void One_that_is_not_there_has_none() =>
        Assert.False(new FactContext(Roots(), new StatMemo(null, Log), new Dictionary<string, string>(), PathOf("own")).HasPublicKey(PathOf("missing.dll")));
}
