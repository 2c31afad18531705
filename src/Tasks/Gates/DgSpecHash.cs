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
    /// <param name="graph">NuGet's file, in UTF-8.</param>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static string? Of(ReadOnlySpan<byte> graph)
    {
        graph = graph.StartsWith(Encoding.UTF8.Preamble) ? graph[Encoding.UTF8.Preamble.Length..] : graph;
        if (!Ascii.IsValid(graph))
        {
            return null;
        }

        ulong hash = 0, part = Offset;
        int length = 0;
        bool inString = false, isEscaped = false;
        foreach (byte letter in graph)
        {
            if (!inString && letter is (byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t')
            {
                continue;
            }

            inString ^= letter == '"' && !isEscaped;
            isEscaped = inString && letter == '\\' && !isEscaped;
            part = unchecked((part ^ letter) * Prime);
            if (++length == Chunk)
            {
                hash = Combined(hash, part);
                (part, length) = (Offset, 0);
            }
        }

        byte[] result = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(result, length > 0 ? Combined(hash, part) : hash);
        return Convert.ToBase64String(result);
    }

    private static ulong Combined(ulong hash, ulong part) => hash == 0 ? part : unchecked((hash ^ part) * Prime);
}
