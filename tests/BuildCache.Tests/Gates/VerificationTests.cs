using BuildCache.Gates;
using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Tests.Gates;

public class VerificationTests
{
    private static readonly DateTime s_noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void All_chooses_every_key_and_off_none()
    {
        Assert.All(Keys(), key => Assert.True(Verification.Chooses(VerifyMode.All, key, s_noon)));
        Assert.All(Keys(), key => Assert.False(Verification.Chooses(VerifyMode.Off, key, s_noon)));
    }

    [Fact]
    public void Sample_chooses_about_one_in_sixteen_and_others_an_hour_later()
    {
        Digest[] now = [.. Keys().Where(key => Verification.Chooses(VerifyMode.Sample, key, s_noon))];
        Digest[] later = [.. Keys().Where(key => Verification.Chooses(VerifyMode.Sample, key, s_noon.AddHours(1)))];

        Assert.InRange(now.Length, 4096 / 32, 4096 / 8);
        Assert.Empty(now.Intersect(later));
    }

    [Fact]
    public void Every_kind_of_difference_is_named_and_the_times_of_references_are_none()
    {
        CacheEntry entry = Entry([Output("{repo}/a", "1"), Output("{repo}/b", "1"), Output("{repo}/c", "1"), Output("{repo}/x.AssemblyReference.cache", "1")]);
        CachedOutput[] built =
        [
            Output("{repo}/a", "2"), Output("{repo}/b", "1") with { Permissions = UnixFileMode.UserRead }, Output("{repo}/d", "1"), Output("{repo}/x.AssemblyReference.cache", "2"),
        ];

        Assert.Equal(
            ["the warnings", "{repo}/a", "{repo}/b (permissions)", "{repo}/c (not built)", "{repo}/d (not in the cache)"],
            Verification.Differences(entry, built, [new CachedWarning("", "CS1", "", "", 0, 0, 0, 0, "")]));
        Assert.Empty(Verification.Differences(entry, entry.Outputs, []));
    }

    private static IEnumerable<Digest> Keys() => Enumerable.Range(0, 4096).Select(number => Digest.Of($"key {number}"));

    private static CachedOutput Output(string path, string content) => new(path, OutputKind.File, Digest.Of(content), 1, 0, "");

    private static CacheEntry Entry(CachedOutput[] outputs) => new()
    {
        ActionKey = Digest.Of("k"), Visible = default, TargetPath = "", BoundTo = "", Seconds = 1, Provenance = "", Facts = default, Outputs = outputs, Warnings = [],
    };
}
