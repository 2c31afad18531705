using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace BuildCache.BuildTimes;

/// <summary>What one command took.</summary>
/// <param name="Wall">Seconds on the clock.</param>
/// <param name="Cpu">Seconds of processor time of every process that took part.</param>
/// <param name="Memory">MB: the most that each process held in memory, added up. An upper bound, since not all hold it at once.</param>
internal readonly record struct Took(double Wall, double Cpu, double Memory);

/// <summary>A processor of its own for a command and the build servers that it starts.</summary>
/// <param name="Processor">Its number.</param>
/// <param name="Servers">Tells these servers from others.</param>
internal sealed record Bound(int Processor, string Servers);

/// <summary>Runs programs in an ordinary user's environment, and counts the processor time of all that they start.</summary>
/// <remarks>
/// Every process started here inherits a mark in its environment. By it the build nodes and the compiler server that
/// outlive a build are found in /proc: their time is counted, and they alone are ended at the end. They have names
/// of their own, so that no build outside shares them. Those that end meanwhile are kept as zombies of this process, with
/// their times, which would be lost otherwise. Without /proc (not Linux) only the time on the clock counts.
/// </remarks>
internal sealed partial class Programs
{
    private const string MarkName = "BUILDTIMES_MARK";
    private const int TailLines = 30;
    private const int SampleMilliseconds = 20;

    // USER_HZ: the unit of the times in /proc, 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    /// <summary>What a machine for tests or CI may set, and a user's does not.</summary>
    private static readonly string[] s_unset =
    [
        "UseSharedCompilation", "MSBUILDDISABLENODEREUSE", "DOTNET_CLI_USE_MSBUILD_SERVER", "MSBUILDUSESERVER", "CI", "TF_BUILD", "ContinuousIntegrationBuild",
        "MSBUILD_EXE_PATH", "MSBuildExtensionsPath", "MSBuildSDKsPath", "MSBuildLoadMicrosoftTargetsReadOnly",
    ];

    // PR_SET_CHILD_SUBREAPER of linux/prctl.h: who loses its parent becomes a child of this process, not of init.
    private const int SetChildSubreaper = 36;

    private readonly string _mark = Guid.NewGuid().ToString("N");

    public Programs()
    {
        if (CountsCpu && SetProcessOption(SetChildSubreaper, 1) != 0)
        {
            throw new InvalidOperationException($"This kernel refuses PR_SET_CHILD_SUBREAPER (errno {Marshal.GetLastPInvokeError()}), so that the processor time of build servers that end could not be counted.");
        }
    }

    public static bool CountsCpu => Directory.Exists("/proc/self");

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the end of its output is in the message.</exception>
    public Took Run(string folder, string program, params string[] arguments) => Run(bound: null, folder, program, arguments);

    /// <summary>The same on one processor (Linux). Its time is then all that was done on it, by whomever, and the memory is not measured: others may run at the same time.</summary>
    /// <exception cref="InvalidOperationException">It failed; the end of its output is in the message.</exception>
    public Took Run(Bound? bound, string folder, string program, params string[] arguments)
    {
        ProcessStartInfo start = bound is null ? new(program, arguments) : new("taskset", ["-c", bound.Processor.ToString(CultureInfo.InvariantCulture), program, .. arguments]);
        (start.WorkingDirectory, start.RedirectStandardOutput, start.RedirectStandardError, start.UseShellExecute) = (folder, true, true, false);
        foreach (string name in s_unset)
        {
            start.Environment.Remove(name);
        }

        start.Environment[MarkName] = _mark;
        start.Environment["MSBUILDNODEHANDSHAKESALT"] = start.Environment["SharedCompilationId"] = _mark + bound?.Servers;
        start.Environment["DOTNET_NOLOGO"] = "1";

        // A server that outlives a command remembers the most that it ever held; 5 lets it forget.
        foreach (int id in bound is null ? Marked() : [])
        {
            TryWrite($"/proc/{id}/clear_refs", "5");
        }

        double cpu = Cpu(bound);
        long began = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        Queue<string> tail = new();
        DataReceivedEventHandler take = (_, line) =>
        {
            lock (tail)
            {
                tail.Enqueue(line.Data ?? "");
                if (tail.Count > TailLines)
                {
                    tail.Dequeue();
                }
            }
        };
        process.OutputDataReceived += take;
        process.ErrorDataReceived += take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        // Not the overload without a limit: it waits for the pipes, which build servers inherit and keep open. In between
        // it is asked for the most that it held so far: afterwards nobody can say.
        long peak = 0;
        while (!process.WaitForExit(SampleMilliseconds))
        {
            peak = bound is null ? Math.Max(peak, PeakKilobytes(process.Id)) : 0;
        }

        Took took = new(Stopwatch.GetElapsedTime(began).TotalSeconds, Cpu(bound) - cpu, bound is null ? (peak + Marked().Sum(PeakKilobytes)) / 1024.0 : 0);
        if (process.ExitCode != 0)
        {
            lock (tail)
            {
                throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode} in {folder}:\n{string.Join('\n', tail)}");
            }
        }

        return took;
    }

    /// <summary>Ends the nodes and servers that were started here and wait for more work.</summary>
    public void EndServers()
    {
        foreach (int id in Marked())
        {
            try
            {
                using Process process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // It ended by itself meanwhile.
            }
        }
    }

    /// <summary>Seconds so far: of the children that have ended (with theirs), and of the marked processes that live.</summary>
    private double Cpu(Bound? bound) => bound is not null ? ProcessorTicks(bound.Processor) / TicksPerSecond : CountsCpu ? (Ticks(Environment.ProcessId, own: false) + Marked().Concat(Zombies()).Sum(id => Ticks(id, own: true))) / TicksPerSecond : 0;

    /// <summary>The time that a processor was at work for this machine: user, nice, system, irq and softirq, which are fields 1, 2, 3, 6 and 7 of its line.</summary>
    private static long ProcessorTicks(int processor)
    {
        string[] fields = File.ReadLines("/proc/stat").Single(line => line.StartsWith($"cpu{processor} ", StringComparison.Ordinal)).Split(' ');
        return ((int[])[1, 2, 3, 6, 7]).Sum(field => long.Parse(fields[field], CultureInfo.InvariantCulture));
    }

    /// <summary>Servers that have ended: nobody waits for them, so that their times stay in /proc.</summary>
    private static IEnumerable<int> Zombies()
    {
        string tail = $" Z {Environment.ProcessId} ";
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && Stat(id).Contains(tail, StringComparison.Ordinal))
            {
                yield return id;
            }
        }
    }

    private List<int> Marked()
    {
        List<int> found = [];
        if (!CountsCpu)
        {
            return found;
        }

        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out int id) && id != Environment.ProcessId && IsMarked(folder))
            {
                found.Add(id);
            }
        }

        return found;
    }

    private bool IsMarked(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "environ")).Contains($"{MarkName}={_mark}", StringComparison.Ordinal);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long PeakKilobytes(int id)
    {
        try
        {
            string? line = CountsCpu ? File.ReadLines($"/proc/{id}/status").FirstOrDefault(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal)) : null;
            return line is null ? 0 : long.Parse(line["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static void TryWrite(string path, string text)
    {
        try
        {
            File.WriteAllText(path, text);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It has ended, or this kernel cannot forget: then the figure is too high, for all alike.
        }
    }

    private static long Ticks(int id, bool own)
    {
        // pid (name) state ppid ...; utime, stime, cutime and cstime are fields 14 to 17. The name may hold spaces.
        string stat = Stat(id);
        if (stat.Length == 0)
        {
            return 0;
        }

        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
        return Field(16) + Field(17) + (own ? Field(14) + Field(15) : 0);
    }

    /// <summary>What the kernel says of a process; "" if there is none.</summary>
    private static string Stat(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/stat");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int SetProcessOption(int option, nuint value);
}
