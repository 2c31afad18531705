using BuildCache.Hashing;
using Microsoft.Win32.SafeHandles;

namespace BuildCache.Tests.Hashing;

public class FileHasherTests : TestFolder
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128 * 1024 - 1)]
    [InlineData(128 * 1024)]
    [InlineData(128 * 1024 + 1)]
    [InlineData(1_000_000)]
    public void A_file_of_any_size_has_the_digest_of_its_bytes_and_is_copied_whole(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        string path = Write("file", content);
        string copy = PathOf("copy");

        Assert.Equal(Digest.Of(content), FileHasher.Hash(path, CancellationToken.None));
        using (SafeFileHandle destination = File.OpenHandle(copy, FileMode.CreateNew, FileAccess.Write))
        {
            Assert.Equal(Digest.Of(content), FileHasher.HashWhileCopying(path, destination, CancellationToken.None));
        }

        Assert.Equal(content, File.ReadAllBytes(copy));
    }

    [Fact]
    public void A_missing_file_is_an_error() =>
        Assert.ThrowsAny<IOException>(() => FileHasher.Hash(PathOf("absent"), CancellationToken.None));
}
