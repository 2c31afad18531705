using System.Collections.Frozen;
using BuildCache.Facts;
using BuildCache.Reporting;
using BuildCache.Session;
using BuildCache.Staging;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Answers for a project that the solution gate found unchanged, and that is evaluated only because a changed project references it.</summary>
/// <remarks>The result is "hit" if the project is on the list and its outputs are in place, else "".</remarks>
[MSBuildMultiThreadableTask]
public sealed class AnswerUnchanged : AnsweringTask
{
    /// <summary>The list that the solution gate wrote for this build.</summary>
    [Required]
    public string List { get; set; } = "";

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope || scope.Settings.Mode == CacheMode.Write)
        {
            return;
        }

        FrozenDictionary<string, UnchangedProject> list = SessionLease.Shared(BuildEngine4, $"unchanged/{List}", () => UnchangedList.Read(List));
        if (list.TryGetValue(scope.Place.IntermediateFolder, out UnchangedProject unchanged) &&
            scope.Session.Placements.Read(scope.Place.IntermediateFolder, scope.Project.Path) is { } placement && placement.ActionKey == unchanged.ActionKey && placement.IsIntact())
        {
            Result = "hit";
            Fingerprint = unchanged.ActionKey.ToString();
            Visible = unchanged.Visible.ToString();
            Name = ReferenceName(scope);
            foreach (PlacedFile file in placement.Files)
            {
                scope.Session.Written.Note(scope.Project.FileName, file.Path, file.Digest);
            }
        }
    }
}
