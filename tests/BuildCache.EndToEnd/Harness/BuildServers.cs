using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace BuildCache.EndToEnd;

/// <summary>MSBuild's servers of this run: builds of the scenarios share their processes, warm, as they share nodes on a user's machine.</summary>
/// <remarks>
/// Most of a small build is the start of a process that has compiled nothing of MSBuild yet. A server takes one build at
/// a time, so each scenario has one for itself while it runs. They are told apart, from each other and from those of
/// whoever runs the tests, by the word that MSBuild mixes into the names of their pipes.
/// </remarks>
internal static class BuildServers
{
    private static readonly ConcurrentBag<string> s_free = [];
    private static int s_count;

    /// <summary>A server that no other scenario uses, by its word.</summary>
    public static string Take()
    {
        if (s_free.TryTake(out string? word))
        {
            return word;
        }

        int number = Interlocked.Increment(ref s_count);
        word = string.Create(CultureInfo.InvariantCulture, $"bcsdk{Environment.ProcessId}-{number}");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => ShutDown(word);
        return word;
    }

    /// <summary>Gives a server to the next scenario.</summary>
    public static void Return(string word) => s_free.Add(word);

    /// <summary>The environment of a build on a server.</summary>
    public static Dictionary<string, string> On(string word, Dictionary<string, string> environment)
    {
        Dictionary<string, string> changed = new(environment)
        {
            ["MSBUILDUSESERVER"] = "1",
            ["MSBUILDNODEHANDSHAKESALT"] = word,
        };
        changed.Remove("MSBUILDDISABLENODEREUSE");
        return changed;
    }

    /// <summary>Ends a server and its nodes. Not waited for: little time is left at the end of a test run.</summary>
    private static void ShutDown(string word)
    {
        ProcessStartInfo start = new("dotnet", ["build-server", "shutdown", "--msbuild"])
        {
            WorkingDirectory = PackedSdk.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in On(word, Tool.CleanEnvironment()))
        {
            start.Environment[name] = value;
        }

        Process.Start(start)?.Dispose();
    }
}
