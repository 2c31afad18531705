using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Build.Evaluation;
using Microsoft.Build.Execution;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>What is asked of a project.</summary>
/// <param name="Item">Its number.</param>
/// <param name="Stage">What it is for.</param>
/// <param name="Path">Its absolute path.</param>
/// <param name="Properties">Its global properties, escaped.</param>
/// <param name="Targets">What to run.</param>
internal sealed record ProjectRequest(int Item, RequestStage Stage, string Path, Dictionary<string, string?> Properties, string[] Targets);

/// <summary>The requests that a project gets, in this order.</summary>
internal enum RequestStage
{
    /// <summary>Its build.</summary>
    Build,

    /// <summary>For several frameworks: the answer of one of the builds that the first request made.</summary>
    Inner,

    /// <summary>What dependents ask for besides the build.</summary>
    Rest,
}

/// <summary>A request that is done.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Result">What MSBuild made of it.</param>
/// <param name="Seconds">From the request to its end.</param>
internal readonly record struct FinishedRequest(ProjectRequest Request, BuildResult Result, double Seconds);

/// <summary>Hands requests to the build that is running, beside those that its projects make.</summary>
/// <remarks>
/// The command line builds with <see cref="BuildManager.DefaultBuildManager"/>, and a task in its process may submit to
/// it. A result lies in the same cache as those of other requests, so whoever asks for the project with the very same
/// global properties finds it there. In a process that does not run the build, submitting throws.
/// </remarks>
internal sealed class LiveBuild : IDisposable
{
    private readonly BlockingCollection<FinishedRequest> _finished = [];

    /// <summary>Requests that are not done.</summary>
    public int InFlight { get; private set; }

    /// <summary>Whether <see cref="Wait"/> has something to give at once.</summary>
    public bool HasFinished => _finished.Count > 0;

    /// <exception cref="InvalidOperationException">This process runs no build.</exception>
    public void Submit(ProjectRequest request)
    {
        BuildSubmission submission = BuildManager.DefaultBuildManager.PendBuildRequest(
            new BuildRequestData(request.Path, request.Properties, null, request.Targets, null, BuildRequestDataFlags.SkipNonexistentTargets));
        long started = Stopwatch.GetTimestamp();
        InFlight++;
        submission.ExecuteAsync(done => _finished.Add(new FinishedRequest(request, done.BuildResult!, Stopwatch.GetElapsedTime(started).TotalSeconds)), null);
    }

    /// <summary>Waits for the next request that is done.</summary>
    public FinishedRequest Wait(CancellationToken stop)
    {
        FinishedRequest next = _finished.Take(stop);
        InFlight--;
        return next;
    }

    /// <summary>The global properties that MSBuild's own task would give a project, escaped as it escapes them: with others the project would be evaluated and built once more.</summary>
    /// <param name="own">The global properties of the project that the task runs in.</param>
    /// <param name="given">Texts such as "Name=value", as a task's parameter has them.</param>
    public static Dictionary<string, string?> Properties(IReadOnlyDictionary<string, string> own, params IEnumerable<string>[] given)
    {
        Dictionary<string, string?> properties = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, string value) in own)
        {
            properties[name] = ProjectCollection.Escape(value);
        }

        foreach (IEnumerable<string> texts in given)
        {
            string? last = null;
            foreach (string text in texts)
            {
                int at = text.IndexOf('=', StringComparison.Ordinal);
                if (at >= 0)
                {
                    last = text[..at].Trim();
                    properties[last] = ProjectCollection.Escape(text[(at + 1)..].Trim());
                }
                else if (last is not null)
                {
                    // A value with a semicolon in it came apart.
                    properties[last] += ";" + ProjectCollection.Escape(text.Trim());
                }
            }
        }

        return properties;
    }

    // The engine may still call back for what was submitted before a cancellation, so the collection is left to the collector.
    public void Dispose() => InFlight = 0;
}
