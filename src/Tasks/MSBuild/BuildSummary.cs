using System.Diagnostics;
using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildCache.MSBuild;

/// <summary>The end of a build as people and machines see it.</summary>
internal static class BuildSummary
{
    /// <summary>Puts the rows of all nodes together, shows the line and writes the file.</summary>
    public static void Show(TaskLoggingHelper log, IBuildEngine4 engine, CacheSession session, string summaryFile)
    {
        session.Flush();
        session.DrainReports(new MSBuildLog(log, engine));
        Summary summary = Summary.Of(session.ReadRows(BuildStart(engine)));
        if (summary.Totals.Projects == 0)
        {
            return;
        }

        log.LogMessage(MessageImportance.High, "{0}", summary.Line());
        string file = summaryFile.Length > 0 ? summaryFile : session.SummaryFile;
        if (file.Length > 0)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, summary.ToJson());
        }
    }

    /// <summary>The same for the sessions of this process, whichever they are: a solution has no settings of ours.</summary>
    public static void ShowAll(TaskLoggingHelper log, IBuildEngine4 engine, string summaryFile)
    {
        foreach (CacheSession session in SessionLease.All(engine))
        {
            Show(log, engine, session, summaryFile);
        }
    }

    /// <summary>When this build began, or a little later: rows of earlier builds are older.</summary>
    /// <remarks>
    /// The process of the command line starts with the build. MSBuild's server and its worker nodes have built before, and
    /// a project of the command line may be built on any of them. There it is when that project was evaluated, or when
    /// this process first had something to do, if that is earlier: in a graph build each project is one that the command
    /// line asked for.
    /// </remarks>
    public static DateTime BuildStart(IBuildEngine4 engine)
    {
        if (Environment.GetCommandLineArgs().Any(argument => argument.Contains("nodemode:", StringComparison.OrdinalIgnoreCase)))
        {
            DateTime begun = SessionLease.Begun(engine);
            return LiveProject.EvaluatedAt(engine) is { } evaluated && evaluated < begun ? evaluated : begun;
        }

        using Process current = Process.GetCurrentProcess();
        return current.StartTime.ToUniversalTime();
    }
}
