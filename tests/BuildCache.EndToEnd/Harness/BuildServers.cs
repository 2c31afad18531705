using System.Collections.Concurrent;
using System.ComponentModel;
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
    private const string Salt = "MSBUILDNODEHANDSHAKESALT";

    private static readonly string s_ofThisRun = string.Create(CultureInfo.InvariantCulture, $"bcsdk{Environment.ProcessId}-");
    private static readonly ConcurrentBag<string> s_free = [];
    private static int s_count;

    /// <summary>A server that no other scenario uses, by its word.</summary>
    public static string Take() =>
        s_free.TryTake(out string? word) ? word : s_ofThisRun + Interlocked.Increment(ref s_count).ToString(CultureInfo.InvariantCulture);

    /// <summary>Gives a server to the next scenario.</summary>
    public static void Return(string word) => s_free.Add(word);

    /// <summary>The environment of a build on a server.</summary>
    public static Dictionary<string, string> On(string word, Dictionary<string, string> environment)
    {
        Dictionary<string, string> changed = new(environment)
        {
            ["MSBUILDUSESERVER"] = "1",
            [Salt] = word,
        };
        changed.Remove("MSBUILDDISABLENODEREUSE");
        return changed;
    }

    /// <summary>
    /// The environment of a build in a process of its own, whose nodes go on living for the next one, as on a user's
    /// machine.
    /// </summary>
    public static Dictionary<string, string> WithNodesOf(string word, Dictionary<string, string> environment)
    {
        Dictionary<string, string> changed = new(environment) { [Salt] = word };
        changed.Remove("MSBUILDDISABLENODEREUSE");
        return changed;
    }

    /// <summary>What a build on a server came to.</summary>
    /// <remarks>
    /// MSBuild's client gives up when what its server says arrives in two parts (it reads each packet once and does not
    /// read on), and answers 1 whatever the build came to. Seen on a busy machine, once in some thousand builds. That may
    /// be before its last lines: a build that had come to our summary, and failed, has said so and named an error.
    /// </remarks>
    public static int ExitCode(int said, string output) =>
        said == 1 && (output.Contains("\nBuild succeeded.", StringComparison.Ordinal) || (output.Contains("  BuildCache: ", StringComparison.Ordinal) && output.Contains(" projects from the cache", StringComparison.Ordinal) &&
            !output.Contains("Build FAILED.", StringComparison.Ordinal) && !output.Contains("error ", StringComparison.Ordinal))) ? 0 : said;

    /// <summary>Ends all servers of this run with their nodes.</summary>
    /// <remarks>
    /// MSBuild's own command takes longer than a test run has at its end, and does not reach every node. On Linux they are
    /// found by their environment; elsewhere they end by themselves, a quarter of an hour later.
    /// </remarks>
    public static void End()
    {
        foreach (Process process in OperatingSystem.IsLinux() ? Process.GetProcesses() : [])
        {
            try
            {
                if (process.Id != Environment.ProcessId && File.ReadAllText($"/proc/{process.Id}/environ").Contains($"{Salt}={s_ofThisRun}", StringComparison.Ordinal))
                {
                    process.Kill();
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidOperationException or Win32Exception)
            {
                // It has ended meanwhile, or is another user's.
                Trace.WriteLine(failure);
            }
        }
    }
}
