using BuildCache.Hashing;
using BuildCache.Storage;

namespace BuildCache.Gates;

/// <summary>Which hits are built all the same, to compare.</summary>
internal enum VerifyMode
{
    /// <summary>None.</summary>
    Off,

    /// <summary>About one in sixteen, others every hour.</summary>
    Sample,

    /// <summary>All.</summary>
    All,
}

/// <summary>Compares what a build made with what the cache would have given.</summary>
internal static class Verification
{
    private const int SampledOneIn = 16;

    /// <summary>Files that differ between any two builds, because MSBuild keeps the times of references in them.</summary>
    private const string Times = ".AssemblyReference.cache";

    /// <summary>Whether a hit under a key is to be verified.</summary>
    public static bool Chooses(VerifyMode mode, Digest key, DateTime now)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        key.CopyTo(bytes);
        return mode == VerifyMode.All || (mode == VerifyMode.Sample && (bytes[0] + now.Hour) % SampledOneIn == 0);
    }

    /// <summary>The rooted paths of the outputs that are not the same, each with what differs; none if the build could have been spared.</summary>
    public static IReadOnlyList<string> Differences(CacheEntry entry, IReadOnlyList<CachedOutput> built, IReadOnlyList<CachedWarning> warnings)
    {
        Dictionary<string, CachedOutput> cached = entry.Outputs.Where(IsCompared).ToDictionary(output => output.Path, StringComparer.Ordinal);
        List<string> differences = [];
        foreach (CachedOutput output in built.Where(IsCompared))
        {
            if (!cached.Remove(output.Path, out CachedOutput? before))
            {
                differences.Add($"{output.Path} (not in the cache)");
            }
            else if (before.Digest != output.Digest)
            {
                differences.Add(output.Path);
            }
            else if (before.Permissions != output.Permissions)
            {
                differences.Add($"{output.Path} (permissions)");
            }
        }

        differences.AddRange(cached.Keys.Select(path => $"{path} (not built)"));
        if (!entry.Warnings.ToHashSet().SetEquals(warnings))
        {
            differences.Add("the warnings");
        }

        differences.Sort(StringComparer.Ordinal);
        return differences;
    }

    private static bool IsCompared(CachedOutput output) => !output.Path.EndsWith(Times, StringComparison.OrdinalIgnoreCase);
}
