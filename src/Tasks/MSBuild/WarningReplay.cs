using BuildCache.Hashing;
using BuildCache.Storage;
using Microsoft.Build.Utilities;

namespace BuildCache.MSBuild;

/// <summary>Shows a recorded warning again, as the tool that raised it did.</summary>
internal static class WarningReplay
{
    public static void Show(TaskLoggingHelper log, CachedWarning warning, RootMap roots) => log.LogWarning(
        warning.Subcategory.Length == 0 ? null : warning.Subcategory,
        warning.Code,
        null,
        warning.HelpLink.Length == 0 ? null : warning.HelpLink,
        roots.Local(warning.File),
        warning.Line,
        warning.Column,
        warning.EndLine,
        warning.EndColumn,
        "{0}",
        roots.Local(warning.Message));
}
