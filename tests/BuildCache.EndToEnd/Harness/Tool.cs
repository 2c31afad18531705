using System.Collections;
using System.Diagnostics;
using System.Text;

namespace BuildCache.EndToEnd;

/// <summary>Runs a program and collects what it says.</summary>
internal static class Tool
{
    private static readonly string[] s_prefixes = ["BuildCache", "MSBUILD", "_MSBUILD", "VSTEST", "GIT_", "TESTINGPLATFORM"];

    private static readonly string[] s_names =
    [
        "UseSharedCompilation", "DOTNET_CLI_TELEMETRY_SESSIONID", "DOTNET_HOST_PATH", "CI", "TF_BUILD", "ContinuousIntegrationBuild", "Configuration", "Platform",
    ];

    /// <summary>The environment without what could change a result.</summary>
    public static Dictionary<string, string> CleanEnvironment()
    {
        Dictionary<string, string> clean = [];
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (!s_names.Contains(name, StringComparer.OrdinalIgnoreCase) && !s_prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
            {
                clean[name] = (string?)variable.Value ?? "";
            }
        }

        clean["MSBUILDDISABLENODEREUSE"] = "1";
        clean["UseSharedCompilation"] = "true";
        clean["DOTNET_CLI_UI_LANGUAGE"] = "en";
        clean["DOTNET_NOLOGO"] = "1";
        clean["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        // Processes that end soon never earn back what the runtime spends on compiling their methods a second time, nor on watching them for it.
        clean["DOTNET_TC_CallCounting"] = "0";
        clean["DOTNET_TieredPGO"] = "0";
        // Nor what it spends on mapping each method's code twice.
        clean["DOTNET_EnableWriteXorExecute"] = "0";
        // Nor a collection of what they would give back a moment later.
        clean["DOTNET_GCgen0size"] = "0x4000000";
        // On a server each restore is a process of its own, and would load hundreds of root certificates before it looks at a package.
        clean["DOTNET_NUGET_SIGNATURE_VERIFICATION"] = "false";
        return clean;
    }

    public static Task<(int ExitCode, string Output)> RunAsync(
        string folder, IReadOnlyDictionary<string, string> environment, string program, params IReadOnlyList<string> arguments) =>
        RunAsync(folder, environment, program, arguments, CancellationToken.None);

    /// <summary>Runs a program, and kills it with all that it started when it is cancelled.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string folder, IReadOnlyDictionary<string, string> environment, string program, IReadOnlyList<string> arguments, CancellationToken kill)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        StringBuilder output = new();
        void Collect(object sender, DataReceivedEventArgs line)
        {
            // The end of each stream comes as a line without text, in any order.
            if (line.Data is null)
            {
                return;
            }

            lock (output)
            {
                output.AppendLine(line.Data);
            }
        }

        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += Collect;
        process.ErrorDataReceived += Collect;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await using (kill.Register(() => process.Kill(entireProcessTree: true)))
        {
            await process.WaitForExitAsync(CancellationToken.None);
        }

        lock (output)
        {
            return (process.ExitCode, output.ToString());
        }
    }
}
