namespace BuildCache.EndToEnd.Scenarios;

/// <summary>Projects whose protocol buffers Grpc.Tools compiles come from the cache, and a change of what they import is seen.</summary>
public class ProtocolBufferTests
{
    private const string Packages = "<ItemGroup><PackageReference Include=\"Google.Protobuf\" Version=\"3.35.0\" /><PackageReference Include=\"Grpc.Tools\" Version=\"2.80.0\" PrivateAssets=\"all\" /></ItemGroup>";

    [Fact]
    public async Task They_come_back_byte_for_byte_and_each_edit_is_followed()
    {
        using Sandbox sandbox = await WithAsync("<Protobuf Include=\"protos/greet.proto\" GrpcServices=\"None\" ProtoRoot=\"protos\" AdditionalImportDirs=\"../shared\" />");
        (await sandbox.BuildAsync()).Expect(misses: "Lib");
        SortedDictionary<string, string> built = TreeSnapshot.Outputs(sandbox.Root);
        Assert.Contains("Lib/obj/Debug/net10.0/Greet.cs", built.Keys);
        sandbox.DeleteOutputs();
        (await sandbox.BuildAsync()).Expect(hits: "Lib").ExpectGate("solution", "Lib");
        TreeSnapshot.AssertEqual(built, TreeSnapshot.Outputs(sandbox.Root));

        // The package's targets and the compiler's agree that all is up to date.
        SortedDictionary<string, string> times = TreeSnapshot.Times(sandbox.Root);
        (await sandbox.BuildAsync(["-p:BuildCacheEnabled=false", .. Sandbox.WithoutCommit])).Succeeded();
        SortedDictionary<string, string> after = TreeSnapshot.Times(sandbox.Root);
        foreach (string path in (string[])["Lib/obj/Debug/net10.0/Greet.cs", "Lib/obj/Debug/net10.0/Kinds.cs", "Lib/obj/Debug/net10.0/Lib.dll"])
        {
            Assert.Equal(times[path], after[path]);
        }

        foreach ((string file, string text) in ((string, string)[])[
            ("Lib/protos/greet.proto", Greet.Replace("int32 one", "int32 edited", StringComparison.Ordinal)),
            ("shared/kinds.proto", Kinds.Replace("KIND_TWO", "KIND_OTHER", StringComparison.Ordinal)),
            ("shared/deep/deep.proto", "syntax = \"proto3\"; option csharp_namespace = \"Wire.Deep\"; message Deep { int32 deeper = 1; }\n")])
        {
            sandbox.Write(file, text);
            (await sandbox.BuildAsync()).Expect(misses: "Lib");
            string inPlace = Assembly(sandbox);
            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync()).Expect(hits: "Lib");
            Assert.Equal(inPlace, Assembly(sandbox));
            sandbox.DeleteOutputs();
            (await sandbox.BuildAsync("-p:BuildCacheSalt=other")).Expect(misses: "Lib");
            Assert.Equal(inPlace, Assembly(sandbox));
        }

        // Found before the one in shared from now on.
        sandbox.Write("Lib/protos/kinds.proto", Kinds.Replace("KIND_TWO", "KIND_NEAR", StringComparison.Ordinal));
        Assert.Contains("Lib", (await sandbox.BuildAsync()).Succeeded().Misses);
    }

    [Theory]
    [InlineData("<Protobuf Include=\"protos/greet.proto\" GrpcServices=\"None\" ProtoRoot=\"protos\" AdditionalImportDirs=\"../shared\" OutputDir=\"Generated\" />", "Generated")]
    [InlineData("<Protobuf Include=\"protos/greet.proto\" GrpcServices=\"None\" ProtoRoot=\"protos\" AdditionalImportDirs=\"../shared\" AdditionalProtocArguments=\"--experimental_allow_proto3_optional\" />", "AdditionalProtocArguments")]
    public async Task What_cannot_be_known_keeps_them_out(string item, string reason)
    {
        using Sandbox sandbox = await WithAsync(item);

        BuildResult built = await sandbox.BuildAsync("-p:BuildCacheExplain=true");

        built.Expect(skipped: "Lib");
        Assert.Contains(built.Output.Split('\n'), line => line.Contains("is not cacheable", StringComparison.Ordinal) && line.Contains(reason, StringComparison.Ordinal));
    }

    private const string Greet = "syntax = \"proto3\";\noption csharp_namespace = \"Wire\";\nimport \"kinds.proto\";\nimport \"google/protobuf/timestamp.proto\";\nmessage Greet { int32 one = 1; Kind kind = 2; google.protobuf.Timestamp at = 3; }\n";

    private const string Kinds = "syntax = \"proto3\";\noption csharp_namespace = \"Wire\";\nimport public \"deep/deep.proto\";\nenum Kind { KIND_ONE = 0; KIND_TWO = 2; }\n";

    private static string Assembly(Sandbox sandbox) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(sandbox.PathOf("Lib/bin/Debug/net10.0/Lib.dll"))));

    private static async Task<Sandbox> WithAsync(string item)
    {
        Sandbox sandbox = await Sandbox.CreateAsync();
        sandbox.OptIn();
        sandbox.WriteProject("Lib", "lib", body: $"{Packages}<ItemGroup>{item}<Protobuf Include=\"../shared/kinds.proto;../shared/deep/deep.proto\" GrpcServices=\"None\" ProtoRoot=\"../shared\" /></ItemGroup>");
        sandbox.Write("Lib/protos/greet.proto", Greet);
        sandbox.Write("shared/kinds.proto", Kinds);
        sandbox.Write("shared/deep/deep.proto", "syntax = \"proto3\"; option csharp_namespace = \"Wire.Deep\"; message Deep { int32 deep = 1; }\n");
        sandbox.WriteSolution("Lib");
        return sandbox;
    }
}
