using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Bundles;

/// <summary>Names within a bundle, and where each kind of file lies in the cache.</summary>
/// <remarks>
/// bundle  = a zip archive: manifest.json, then members in the order of the manifest; comment = "buildcache-bundle/" version " " the manifest's SHA-256
/// members = cas/digest (a blob) | packages/key (a package's files) | ac/key (an entry) | records/weak key (input records) | solutions/weak key (a solution's record)
/// Versions: 1, the first.
/// </remarks>
internal static class BundleFile
{
    public const string Manifest = "manifest.json";

    public const string Blobs = "cas";
    public const string Packages = "packages";
    public const string Entries = "ac";
    public const string Records = "records";
    public const string Solutions = "solutions";

    private const string Magic = "buildcache-bundle/";

    public static string Comment(Digest manifest) => $"{Magic}{BundleManifest.Newest} {manifest}";

    /// <summary>The format version and the manifest's digest in an archive's comment.</summary>
    public static bool TryReadComment(string comment, out int version, out Digest manifest)
    {
        string[] parts = comment.Split(' ');
        manifest = default;
        version = 0;
        return parts.Length == 2 && parts[0].StartsWith(Magic, StringComparison.Ordinal) && int.TryParse(parts[0].AsSpan(Magic.Length), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out version) &&
            Digest.TryParse(parts[1], out manifest);
    }

    public static string Name(string kind, Digest key) => $"{kind}/{key}";

    /// <summary>The kind and the key in a member's name.</summary>
    public static bool TryParse(string name, out string kind, out Digest key)
    {
        int slash = name.IndexOf('/', StringComparison.Ordinal);
        kind = slash < 0 ? "" : name[..slash];
        key = default;
        return kind is Blobs or Packages or Entries or Records or Solutions && Digest.TryParse(name[(slash + 1)..], out key);
    }

    /// <summary>The order of members: what others name comes before them, so that a stopped import leaves nothing that lacks its content.</summary>
    public static int Order(string name) => name[..Math.Max(0, name.IndexOf('/', StringComparison.Ordinal))] switch { Blobs => 0, Packages => 1, Entries => 2, Records => 3, _ => 4 };

    /// <summary>The version of this package's tasks, and this very build of them.</summary>
    public static (string Engine, string Version) Own() =>
        (typeof(BundleFile).Module.ModuleVersionId.ToString("N"), typeof(StoreLayout).Assembly.GetName().Version?.ToString(3) ?? "");
}
