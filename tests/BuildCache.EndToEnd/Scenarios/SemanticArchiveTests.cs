using System.Buffers.Binary;
using System.IO.Compression;
using System.Reflection.PortableExecutable;

namespace BuildCache.EndToEnd.Scenarios;

/// <summary>BuildCacheSourceHashing=semantic: archives by their members, assemblies by their MVID.</summary>
public class SemanticArchiveTests
{
    private const string Unpack = """
        <Target Name="Unpack" BeforeTargets="CoreCompile"><Unzip SourceFiles="data.zip" DestinationFolder="$(IntermediateOutputPath)data" OverwriteReadOnlyFiles="true" /></Target>
        """;

    [Fact]
    public async Task An_archive_that_is_declared_to_be_unpacked_counts_by_its_members()
    {
        using Sandbox sandbox = await ArchiveAsync("<ItemGroup><BuildCacheInput Include=\"data.zip\" ByMembers=\"true\" /></ItemGroup>");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        Zip(sandbox, "one", 2024);
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");

        Zip(sandbox, "two", 2024);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        Assert.Equal("two", sandbox.Read("Hello/obj/Debug/net10.0/data/text.txt"));
    }

    [Fact]
    public async Task An_archive_that_a_target_reads_undeclared_counts_in_full()
    {
        using Sandbox sandbox = await ArchiveAsync("");
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");

        Zip(sandbox, "one", 2024);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
    }

    [Fact]
    public async Task An_archive_that_is_copied_counts_in_full_and_one_that_nobody_reads_by_its_members()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(SemanticHashingTests.Semantic);
        sandbox.WriteProject("Hello", "exe", body: "<ItemGroup><None Update=\"data.zip\" CopyToOutputDirectory=\"PreserveNewest\" Condition=\"'$(Copied)' == 'true'\" /></ItemGroup>");
        Zip(sandbox, "one", 2020);
        (await sandbox.BuildAsync("Hello")).Expect(misses: "Hello");
        (await sandbox.BuildAsync("Hello", "-p:Copied=true")).Expect(misses: "Hello");

        Zip(sandbox, "one", 2024);
        (await sandbox.BuildAsync("Hello")).Expect(hits: "Hello");
        (await sandbox.BuildAsync("Hello", "-p:Copied=true")).Expect(misses: "Hello");
        Assert.Equal(File.ReadAllBytes(sandbox.PathOf("Hello/data.zip")), File.ReadAllBytes(sandbox.PathOf("Hello/bin/Debug/net10.0/data.zip")));
    }

    [Fact]
    public async Task A_reference_that_is_not_copied_counts_by_its_MVID_and_one_that_is_copied_in_full()
    {
        using Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(SemanticHashingTests.Semantic);
        sandbox.WriteProject("Lib", "lib");
        sandbox.WriteProject("App", "lib", body: "<ItemGroup><Reference Include=\"Lib\" HintPath=\"../lib/Lib.dll\" Private=\"$(IsCopied)\" /></ItemGroup>");
        await TakeAsync(sandbox);
        (await sandbox.BuildAsync("App", "-p:IsCopied=false")).Expect(misses: "App");
        (await sandbox.BuildAsync("App", "-p:IsCopied=true")).Expect(misses: "App");

        Sign(sandbox.PathOf("lib/Lib.dll"));
        (await sandbox.BuildAsync("App", "-p:IsCopied=false")).Expect(hits: "App");
        (await sandbox.BuildAsync("App", "-p:IsCopied=true")).Expect(misses: "App");
        Assert.Equal(File.ReadAllBytes(sandbox.PathOf("lib/Lib.dll")), File.ReadAllBytes(sandbox.PathOf("App/bin/Debug/net10.0/Lib.dll")));

        sandbox.WriteSource("Lib", "lib", text: " edited");
        await TakeAsync(sandbox);
        (await sandbox.BuildAsync("App", "-p:IsCopied=false")).Expect(misses: "App");
    }

    /// <summary>Builds Lib, and puts its assembly where App takes it from.</summary>
    private static async Task TakeAsync(Sandbox sandbox)
    {
        (await sandbox.BuildAsync("Lib")).Succeeded();
        Directory.CreateDirectory(sandbox.PathOf("lib"));
        File.Copy(sandbox.PathOf("Lib/bin/Debug/net10.0/Lib.dll"), sandbox.PathOf("lib/Lib.dll"), overwrite: true);
    }

    /// <summary>A table at the end of the file, and its place in the header: what a signing tool leaves.</summary>
    private static void Sign(string path)
    {
        byte[] plain = File.ReadAllBytes(path);
        using PEReader file = new([.. plain]);
        byte[] signed = [.. plain, .. new byte[64]];
        int entry = file.PEHeaders.PEHeaderStartOffset + (file.PEHeaders.PEHeader!.Magic == PEMagic.PE32Plus ? 112 : 96) + 32;
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(entry), plain.Length);
        BinaryPrimitives.WriteInt32LittleEndian(signed.AsSpan(entry + 4), 64);
        File.WriteAllBytes(path, signed);
    }

    private static async Task<Sandbox> ArchiveAsync(string items)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn(SemanticHashingTests.Semantic);
        sandbox.WriteProject("Hello", "exe", "<BuildCacheAllowCustomHooks>true</BuildCacheAllowCustomHooks>", body: Unpack + items);
        Zip(sandbox, "one", 2020);
        return sandbox;
    }

    private static void Zip(Sandbox sandbox, string text, int year)
    {
        string path = sandbox.PathOf("Hello/data.zip");
        File.Delete(path);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Create);
        ZipArchiveEntry entry = archive.CreateEntry("text.txt");
        entry.LastWriteTime = new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using StreamWriter writer = new(entry.Open());
        writer.Write(text);
    }
}
