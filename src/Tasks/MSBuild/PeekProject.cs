using BuildCache.Facts;
using BuildCache.Hashing;
using BuildCache.Reporting;
using BuildCache.Storage;
using Microsoft.Build.Framework;

namespace BuildCache.MSBuild;

/// <summary>Says whether the project is in the cache, for another one that wants its outputs: nothing is built, nothing is put in place.</summary>
/// <remarks>The result is "hit", with the key in Fingerprint, or "" with the reason.</remarks>
[MSBuildMultiThreadableTask]
public sealed class PeekProject : KeyedTask
{
    /// <summary>Why there is no hit.</summary>
    [Output]
    public string Reason { get; private set; } = "";

    /// <summary>Whether it must be built although it is in the cache: targets behind its build, or behind that of a reference, may write into outputs once they are complete.</summary>
    [Output]
    public bool MustBuild { get; private set; }

    private protected override void Run(ICacheLog log)
    {
        if (Open(log) is not { } scope)
        {
            Reason = "this version of MSBuild does not show its evaluated project";
            return;
        }

        Name = ReferenceName(scope);
        if (Answers.FirstOrDefault(answer => answer.GetMetadata("MustBuild") == "true") is { } built)
        {
            MustBuild = true;
            Reason = $"its reference '{built.GetMetadata("Name")}' must be built";
            return;
        }

        if (Asked.Select(asked => Answers.FirstOrDefault(answer => answer.GetMetadata("OriginalItemSpec") == asked.ItemSpec)).FirstOrDefault(answer => answer?.GetMetadata("Visible") is "") is { } missing)
        {
            Reason = $"its reference '{missing.GetMetadata("Name")}' is not in the cache ({missing.GetMetadata("Reason")})";
            return;
        }

        if (Ineligible(scope) is { } reason)
        {
            Reason = reason;
            return;
        }

        Fingerprint fingerprint = Collect(scope, log);
        CacheEntry? entry = scope.Session.Store.TryGetEntry(fingerprint.ActionKey);
        if (entry is null || !scope.Session.Gate.IsForHere(entry))
        {
            Reason = MissExplanation.Find(scope.Session.Store, fingerprint);
        }
        else if (entry.Outputs.FirstOrDefault(output => output.Kind is OutputKind.File or OutputKind.Text && !FileStamp.TryRead(scope.Session.Store.Layout.BlobPath(output.Digest), out _)) is { } lost)
        {
            Reason = $"the cache has lost '{lost.Path}'";
        }
        else if (TargetsBehind.Find(scope.Project, scope.Session.Context) is { } behind)
        {
            MustBuild = true;
            Reason = $"its target '{behind}' may write into its outputs once they are complete";
        }
        else
        {
            Result = "hit";
            Fingerprint = fingerprint.ActionKey.ToString();
            Visible = entry.Visible.ToString();
        }
    }
}
