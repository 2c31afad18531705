using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace BuildCache.Facts;

/// <summary>Says of an assembly that it was built without the commit, and how to build it once more. An output like any other: it comes and goes with the assembly.</summary>
/// <remarks>
/// It names the assembly by its module's id (MVID): a mark that a later build left behind is about another one. Folders
/// are written by the names of roots, so that it is the same in every clone.
/// </remarks>
/// <param name="Assembly">The id of the assembly.</param>
/// <param name="HasRevision">Whether the commit would be in its version. If not, only Source Link would be in its pdb.</param>
/// <param name="Properties">The global properties of its build that count.</param>
internal sealed record NeutralMark(Guid Assembly, bool HasRevision, IReadOnlyDictionary<string, string> Properties)
{
    private const string Format = "buildcache-neutral/1";

    /// <summary>Reads what <see cref="ToString"/> wrote; <see langword="null"/> if it is something else.</summary>
    public static NeutralMark? Parse(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 3 || lines[0] != Format || !Guid.TryParseExact(lines[1], "N", out Guid assembly) || !bool.TryParse(lines[2], out bool hasRevision))
        {
            return null;
        }

        Dictionary<string, string> properties = new(StringComparer.OrdinalIgnoreCase);
        foreach (string line in lines[3..])
        {
            int equals = line.IndexOf('=');
            if (equals < 0)
            {
                return null;
            }

            properties[line[..equals]] = Uri.UnescapeDataString(line[(equals + 1)..]);
        }

        return new NeutralMark(assembly, hasRevision, properties);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Concat(((string[])[Format, Assembly.ToString("N"), HasRevision.ToString()])
        .Concat(Properties.OrderBy(static property => property.Key, StringComparer.OrdinalIgnoreCase).Select(static property => $"{property.Key}={Uri.EscapeDataString(property.Value)}"))
        .Select(static line => line + "\n"));

    /// <summary>The id of an assembly; <see langword="null"/> if there is none.</summary>
    public static Guid? IdOf(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using PEReader reader = new(file);
            if (!reader.HasMetadata)
            {
                return null;
            }

            MetadataReader metadata = reader.GetMetadataReader();
            return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or BadImageFormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
