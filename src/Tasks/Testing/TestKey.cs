using System.Globalization;
using System.Runtime.InteropServices;
using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Staging;

namespace BuildCache.Testing;

/// <summary>The key of a test run: all that can make it end in another way, as far as it can be seen.</summary>
internal static class TestKey
{
    /// <summary>Raised with every change of what enters the key or of how.</summary>
    private const string Format = "test-key/1";

    /// <summary>Properties of the test target that only say how it is called, or that hold a number of this call.</summary>
    private static readonly HashSet<string> s_passing = new(StringComparer.OrdinalIgnoreCase)
    {
        "VSTestSessionCorrelationId", "VSTestArtifactsProcessingMode", "VSTestNoBuild", "VSTestNoLogo", "VSTestUseMSBuildOutput", "VSTestNoResults",
    };

    /// <summary>Makes the key.</summary>
    /// <param name="run">The run.</param>
    /// <param name="context">The build.</param>
    /// <param name="facts">The key of what the project and its folder hold now, whenever it was built.</param>
    /// <param name="placed">What the build left, whose digests are known; <see langword="null"/> if that is not known.</param>
    /// <param name="stop">Stops the hashing.</param>
    /// <exception cref="IOException">Something that counts cannot be read.</exception>
    public static Digest Create(TestRun run, FactContext context, Digest facts, Placement? placed, CancellationToken stop)
    {
        using CanonicalHasher hasher = new(Format);
        hasher.Add(1, run.Build);
        hasher.Add(2, facts);
        AddOutputs(hasher, run.Place.OutputFolder, context.Memo, placed, stop);
        foreach ((string name, string value) in run.Settings.OrderBy(static setting => setting.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (!s_passing.Contains(name) && value.Length > 0)
            {
                hasher.Add(5, name.ToUpperInvariant());
                hasher.Add(6, context.Roots.Neutral(value));
            }
        }

        if (run.SettingsFile.Length > 0)
        {
            hasher.Add(7, context.Memo.TryHash(run.SettingsFile, out Digest settings, out _, stop) ? settings : throw new IOException($"'{run.SettingsFile}' cannot be read."));
        }

        hasher.Add(8, context.Roots.ToRooted(run.ResultsFolder));
        AddMachine(hasher, context);
        TestVariables.Add(hasher, context, run.Project, run.AllVariables);
        return hasher.Finish();
    }

    /// <summary>Everything in the output folder: what runs, what it reads, and what earlier runs left there.</summary>
    private static void AddOutputs(CanonicalHasher hasher, string folder, StatMemo memo, Placement? placed, CancellationToken stop)
    {
        Dictionary<string, PlacedFile> known = new(RootMap.Comparer);
        foreach (PlacedFile file in placed?.Files ?? [])
        {
            known[file.Path] = file;
        }

        foreach ((string path, string? behind) in FilesBelow.Reached(folder).OrderBy(static file => file.Path, StringComparer.Ordinal))
        {
            hasher.Add(3, Path.GetRelativePath(folder, path).Replace('\\', '/'));
            bool isPlaced = known.TryGetValue(path, out PlacedFile? file) && FileStamp.TryReadLink(path, out FileStamp now) &&
                now == file.Stamp && !now.IsLink && placed!.Believes(path, now);
            Digest digest = behind is not null ? Digest.Of(Path.GetRelativePath(folder, behind))
                : isPlaced ? file!.Digest
                : memo.TryHash(path, out Digest read, out _, stop) ? read : throw new IOException($"'{path}' cannot be read.");
            hasher.Add(4, digest);
        }
    }

    /// <summary>The runtimes that there are to choose from, the system, the culture and the time zone.</summary>
    private static void AddMachine(CanonicalHasher hasher, FactContext context)
    {
        hasher.Add(10, RuntimeInformation.RuntimeIdentifier);
        hasher.Add(10, RuntimeInformation.OSDescription);
        hasher.Add(10, RuntimeInformation.ProcessArchitecture.ToString());
        hasher.Add(11, CultureInfo.CurrentCulture.Name);
        hasher.Add(11, CultureInfo.InstalledUICulture.Name);
        hasher.Add(11, TimeZoneInfo.Local.Id);
        foreach (string root in (string[])[context.Roots.PathOf(RootMap.Sdk), context.Environment.GetValueOrDefault("DOTNET_ROOT", "")])
        {
            foreach (string version in InstalledRuntimes(root))
            {
                hasher.Add(12, version);
            }

            hasher.Add(13, "");
        }
    }

    /// <summary>Names and versions of the shared frameworks and of the resolver: which of them is taken follows from the output folder's runtimeconfig.json.</summary>
    private static IEnumerable<string> InstalledRuntimes(string root)
    {
        if (root.Length == 0)
        {
            yield break;
        }

        foreach (string kind in (string[])["shared", "host"])
        {
            DirectoryInfo folder = new(Path.Combine(root, kind));
            DirectoryInfo[] frameworks = folder.Exists ? folder.GetDirectories() : [];
            foreach (string version in frameworks.SelectMany(static framework => framework.GetDirectories()).Select(static version => $"{version.Parent!.Name}/{version.Name}").Order(StringComparer.Ordinal))
            {
                yield return version;
            }
        }
    }
}
