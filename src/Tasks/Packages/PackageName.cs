using System.Buffers;
using BuildCache.Staging;

namespace BuildCache.Packages;

/// <summary>A package by id and version, as NuGet names its folders: in lower case.</summary>
internal readonly record struct PackageName
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-+");

    private PackageName(string id, string version) => (Id, Version) = (id, version);

    public string Id { get; }

    public string Version { get; }

    /// <summary>The name; <see langword="false"/> where a part of it could not be the name of a folder everywhere.</summary>
    public static bool TryCreate(string? id, string? version, out PackageName name)
    {
        name = new PackageName(id?.ToLowerInvariant() ?? "", version?.ToLowerInvariant() ?? "");
        return IsFolder(name.Id) && IsFolder(name.Version);
    }

    /// <summary>The name of the package whose folder this is.</summary>
    public static bool TryOfFolder(string folder, out PackageName name) =>
        TryCreate(Path.GetFileName(Path.GetDirectoryName(folder)), Path.GetFileName(folder), out name);

    /// <summary>The package's folder below NuGet's.</summary>
    public string FolderIn(string packages) => Path.Combine(packages, Id, Version);

    public override string ToString() => $"{Id} {Version}";

    private static bool IsFolder(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAnyExcept(s_letters) && text[0] != '.' && text[^1] != '.' && !DeviceName.Is(text);
}
