using BuildCache.Hashing;

namespace BuildCache.Tests.Hashing;

public class CanonicalHasherTests
{
    [Fact]
    public void Format_is_frozen()
    {
        using CanonicalHasher hasher = new("frozen/1");
        hasher.Add(1, [0, 1, 2]);
        hasher.Add(2, "grün");
        hasher.Add(3, Digest.Of("content"));
        hasher.Add(4, -42);

        // SHA-256 over tag, length (8 bytes, little-endian) and bytes of each field; computed apart from this code.
        Assert.Equal("461e8924a1575f5ca35cb3d7e9606c4e19833eccf6794a4e273bb4495b3bc409", hasher.Finish().ToString());
    }

    /// <summary>Whatever the fields: moving a character over a border, or a field to another tag, is another digest.</summary>
    [Fact]
    public void No_two_lists_of_fields_share_a_digest()
    {
        Random random = new(12345);
        Dictionary<Digest, string> seen = [];
        for (int round = 0; round < 5000; round++)
        {
            // Few letters and short fields, so that the joined texts meet often.
            (byte Tag, string Value)[] fields = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => ((byte)random.Next(1, 3), new string('a', random.Next(0, 4)) + new string('\0', random.Next(0, 2))))];
            using CanonicalHasher hasher = new("test/1");
            foreach ((byte tag, string value) in fields)
            {
                hasher.Add(tag, value);
            }

            string list = string.Join("|", fields.Select(field => $"{field.Tag}:{field.Value}"));
            Digest digest = hasher.Finish();
            Assert.Equal(list, seen.TryGetValue(digest, out string? other) ? other : seen[digest] = list);
        }
    }

    [Fact]
    public void Another_domain_is_another_digest()
    {
        using CanonicalHasher one = new("kind/1");
        using CanonicalHasher two = new("kind/2");

        Assert.NotEqual(one.Finish(), two.Finish());
    }

    [Fact]
    public void Fields_of_any_size_go_in_whole()
    {
        byte[] large = new byte[300_000];
        using CanonicalHasher one = new("test/1");
        one.Add(1, large);
        large[^1] = 1;
        using CanonicalHasher two = new("test/1");
        two.Add(1, large);

        Assert.NotEqual(one.Finish(), two.Finish());
    }

    /// <summary>Buffers are borrowed and used again: two hashers that are open at once, and those that come after, must not see each other's fields.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(40_000)]
    public void Hashers_that_are_open_at_once_do_not_mix(int length)
    {
        Digest alone = Hash(new string('a', length));
        using CanonicalHasher outer = new("test/1");
        using (CanonicalHasher inner = new("test/1"))
        {
            inner.Add(1, new string('b', length));
            outer.Add(1, new string('a', length));
            Assert.NotEqual(alone, inner.Finish());
        }

        Assert.NotEqual(alone, Hash(new string('c', length)));
        Assert.Equal(alone, outer.Finish());

        static Digest Hash(string field)
        {
            using CanonicalHasher hasher = new("test/1");
            hasher.Add(1, field);
            return hasher.Finish();
        }
    }
}
