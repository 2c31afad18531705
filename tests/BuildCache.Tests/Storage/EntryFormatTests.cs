using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Tests.Storage;

public class EntryFormatTests
{
    private static readonly CacheEntry s_entry = Entries.Entry(
        "key",
        new CachedOutput("{repo}/App/bin/App.dll", OutputKind.File, Digest.Of("dll"), 4096, (UnixFileMode)0x1A4, ""),
        new CachedOutput("{repo}/App/bin/Lib.dll", OutputKind.Copy, Digest.Of("lib"), 300, (UnixFileMode)0x1ED, "{repo}/Lib/bin/Lib.dll"),
        new CachedOutput("{repo}/App/obj/grün.txt", OutputKind.Text, Digest.Of("text"), 0, 0, ""),
        new CachedOutput("{repo}/App/bin/link", OutputKind.Link, Digest.Of("target"), 0, 0, "target")) with
    {
        BoundTo = "/home/me/repo",
        Warnings = [new CachedWarning("", "CS0168", "https://example.invalid/CS0168", "{repo}/App/a.cs", 3, 5, 3, 9, "never used")],
    };

    [Fact]
    public void An_entry_goes_there_and_back()
    {
        CacheEntry? read = EntryFormat.Read(EntryFormat.Write(s_entry), s_entry.ActionKey);

        Assert.NotNull(read);
        Assert.Equal(s_entry.Outputs, read.Outputs);
        Assert.Equal(s_entry.Warnings, read.Warnings);
        Assert.Equal(s_entry with { Outputs = [], Warnings = [] }, read with { Outputs = [], Warnings = [] });
    }

    [Fact]
    public void Format_is_frozen()
    {
        byte[] bytes = EntryFormat.Write(s_entry);

        // If this changes, so must the version in the format's magic and the version of the store's layout.
        Assert.Equal("\nbc-entry/1", System.Text.Encoding.UTF8.GetString(bytes, 0, 11));
        string digest = Digest.Of(bytes).ToString();
        Assert.True(digest == "1cb1ba845ed495cdae862160554e52c45c8f0d5d93a674836425cd7dd9031d89", digest);
    }

    [Fact]
    public void An_entry_with_one_flipped_byte_is_none()
    {
        byte[] bytes = EntryFormat.Write(s_entry);
        for (int at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x04;
            Assert.Null(EntryFormat.Read(bytes, s_entry.ActionKey));
            bytes[at] ^= 0x04;
        }
    }

    [Fact]
    public void A_part_of_an_entry_is_none()
    {
        byte[] bytes = EntryFormat.Write(s_entry);
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Null(EntryFormat.Read(bytes[..length], s_entry.ActionKey));
        }
    }

    [Fact]
    public void An_entry_for_another_key_is_none() =>
        Assert.Null(EntryFormat.Read(EntryFormat.Write(s_entry), Digest.Of("another key")));
}
