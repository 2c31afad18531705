using BuildCache.Facts;
using BuildCache.Gates;
using BuildCache.Reporting;
using BuildCache.Session;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Finds out whether a project is cold: there is nothing to look up, and nothing to clean up before it is built.</summary>
/// <remarks>
/// A lookup needs what the references show, and so the global properties that each is built with, which the .NET SDK
/// works out once more when the project is built. Where no build was ever recorded that is wasted. In doubt a project
/// is not cold: then it is looked up.
/// </remarks>
[MSBuildMultiThreadableTask]
public sealed class ProbeProject : ProjectTask
{
    /// <summary>Whether the project cannot be in the cache. Its warnings are listened to from now on.</summary>
    [Output]
    public bool IsCold { get; private set; }

    /// <summary>The repository's root, where paths are to be mapped away; "" where they are to stay.</summary>
    [Output]
    public string MappedRoot { get; private set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope)
        {
            return;
        }

        CacheSettings settings = scope.Settings;
        MappedRoot = settings.Relocatable ? scope.Session.Places.Repository : "";
        if (settings.RequireHit || settings.Verify != VerifyMode.Off || scope.Session.Unusable is not null || Leaves(scope.Place.IntermediateFolder, scope.Project))
        {
            return;
        }

        FactCollector collector = new(scope.Session.Context, new KeySettings(settings.Salt, settings.Relocatable), log);
        if (new InputRecords(scope.Session.Store.Layout).Read(collector.WeakKeyOf(scope.Project)).Count == 0)
        {
            scope.Session.Placements.Suspend(scope.Place.IntermediateFolder, scope.Session.Placements.Read(scope.Place.IntermediateFolder, scope.Project.Path));
            SessionLease.Warnings(BuildEngine4)?.Start(WarningTap.ProjectOf(BuildEngine));
            IsCold = true;
        }
    }

    /// <summary>Whether something lies there that an earlier build, or a restore that was killed, has left.</summary>
    private static bool Leaves(string intermediateFolder, EvaluatedProject project) =>
        File.Exists(Path.Combine(intermediateFolder, Staging.RestoreJournal.FileName)) || OutputCollector.MadeIn(intermediateFolder, project).Any();
}
