using System.Buffers.Binary;
using System.Text;

namespace BuildCache.Gates;

/// <summary>The hash by which NuGet sees that restore has nothing to do: of its dependency graph without white space.</summary>
/// <remarks>
/// NuGet takes FNV-1a (64 bits) of each 4096 bytes and combines them in the same way. Whether that is still so is
/// tried on NuGet's own file each time one is recorded: where it is not, restore is left to NuGet.
/// </remarks>
internal static class DgSpecHash
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const int Chunk = 4096;

    /// <summary>The hash, as NuGet writes it; <see langword="null"/> where only NuGet knows: it cuts other letters than ASCII at places of its own.</summary>
    public static string? Of(string dependencyGraph)
    {
        if (!Ascii.IsValid(dependencyGraph.AsSpan().TrimStart('\uFEFF')))
        {
            return null;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(WithoutSpace(dependencyGraph));
        ulong hash = 0;
        for (int at = 0; at < bytes.Length; at += Chunk)
        {
            ulong part = Offset;
            foreach (byte value in bytes.AsSpan(at, Math.Min(Chunk, bytes.Length - at)))
            {
                part = unchecked((part ^ value) * Prime);
            }

            hash = hash == 0 ? part : unchecked((hash ^ part) * Prime);
        }

        byte[] result = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(result, hash);
        return Convert.ToBase64String(result);
    }

    private static string WithoutSpace(string json)
    {
        StringBuilder compact = new(json.Length);
        bool inString = false;
        for (int i = 0; i < json.Length; i++)
        {
            char letter = json[i];
            if (inString && letter == '\\')
            {
                compact.Append(letter).Append(json[++i]);
                continue;
            }

            if (letter == '"')
            {
                inString = !inString;
            }

            if (inString || letter is not (' ' or '\r' or '\n' or '\t' or '\uFEFF'))
            {
                compact.Append(letter);
            }
        }

        return compact.ToString();
    }
}
