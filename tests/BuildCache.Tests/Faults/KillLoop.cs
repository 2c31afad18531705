using System.Diagnostics;

namespace BuildCache.Tests.Faults;

/// <summary>Runs the fault program again and again, and kills it before its first, second, third ... change of the disk.</summary>
/// <remarks>
/// strace kills at the entry of a system call, so nothing in the product knows of it. It counts each kind of call by
/// itself. Creating a file is not among them: it is always followed by a call that is.
/// </remarks>
internal static class KillLoop
{
    private static readonly string[] s_calls =
    [
        "pwrite64", "ftruncate", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "unlink", "unlinkat", "rmdir",
        "mkdir", "mkdirat", "chmod", "fchmod", "fchmodat", "utimensat", "copy_file_range", "sendfile",
    ];

    /// <summary>Kills at every point.</summary>
    /// <param name="prepare">Makes a new folder for a run that is to be killed at a point. It has the same path each time: paths are part of what is stored, and digests say which folders of the store are made, so another path could mean another number of calls.</param>
    /// <param name="verify">Looks at the folder that a killed run left.</param>
    /// <param name="arguments">What the program is to do; the folder goes between the two.</param>
    /// <returns>How many points there were.</returns>
    public static int Run(Func<string> prepare, Action<string, string> verify, (string Verb, string Version) arguments)
    {
        string whole = prepare();
        string[] made = Trace(whole, s_calls, [], arguments, expected: 0);
        verify("none", whole);
        Directory.Delete(whole, recursive: true);
        int points = 0;
        foreach (string call in s_calls)
        {
            int count = made.Count(line => line.Contains(' ' + call + '(', StringComparison.Ordinal));
            for (int number = 1; number <= count; number++, points++)
            {
                string at = $"{call}-{number}";
                string folder = prepare();
                Trace(folder, [call], ["-e", $"inject={call}:signal=KILL:when={number}"], arguments, expected: 128 + 9);
                verify(at, folder);
                Directory.Delete(folder, recursive: true);
            }
        }

        return points;
    }

    /// <summary>Runs the program, and returns the calls that it made.</summary>
    private static string[] Trace(string folder, string[] calls, string[] options, (string Verb, string Version) arguments, int expected)
    {
        string trace = folder + ".trace";
        ProcessStartInfo start = new("strace",
            ["-f", "-qq", "-o", trace, "-e", "trace=" + string.Join(',', calls.Select(call => "?" + call)), .. options,
            Environment.ProcessPath!, "exec", typeof(FaultProgram).Assembly.Location, arguments.Verb, folder, arguments.Version])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };

        // The runtime makes files of its own for debuggers and for its code.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        try
        {
            using Process process = Process.Start(start)!;
            string said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            string[] made = File.ReadAllLines(trace);
            Assert.True(process.ExitCode == expected, $"Exit code {process.ExitCode} instead of {expected}: {said}\n{string.Join('\n', made)}");
            return made;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new InvalidOperationException("This test needs strace: apt-get install strace.", missing);
        }
        finally
        {
            File.Delete(trace);
        }
    }
}
