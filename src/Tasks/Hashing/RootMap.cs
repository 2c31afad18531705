using System.Buffers;
using System.Text;

namespace BuildCache.Hashing;

/// <summary>The places that paths are taken relative to, so that facts and entries mean the same in another clone and on another machine.</summary>
/// <remarks>
/// A rooted path is written <c>{name}/relative/path</c>, always with forward slashes. What lies under no root
/// stays absolute. Where roots lie within one another, the deepest counts.
/// </remarks>
internal sealed class RootMap
{
    public const string Repository = "repo";
    public const string Packages = "packages";
    public const string Sdk = "sdk";
    public const string Home = "home";

    private static readonly byte[] s_brace = "{"u8.ToArray();

    private readonly (string Token, string Path)[] _roots;
    private readonly Lazy<byte[][]> _inBytes;

    /// <param name="roots">Names and absolute paths of folders; empty paths are left out.</param>
    public RootMap(params (string Name, string Path)[] roots)
    {
        _roots = [.. roots
            .Where(root => root.Path.Length > 1)
            .Select(root => ("{" + root.Name + "}", Path.TrimEndingDirectorySeparator(root.Path)))
            .OrderByDescending(root => root.Item2.Length)];
        _inBytes = new Lazy<byte[][]>(() => [.. _roots.SelectMany(root => (byte[][])[Encoding.UTF8.GetBytes(root.Path), Encoding.Unicode.GetBytes(root.Path)])]);
    }

    /// <summary>How paths of this platform's usual file systems compare.</summary>
    public static StringComparison Comparison { get; } =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>The same as a comparer, for sets and maps of paths.</summary>
    public static StringComparer Comparer { get; } =
        OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;

    /// <summary>The folder of a root; "" where it has none.</summary>
    public string PathOf(string name) => _roots.FirstOrDefault(root => root.Token.AsSpan(1, root.Token.Length - 2).SequenceEqual(name)).Path ?? "";

    /// <summary>The rooted form of an absolute path.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public string ToRooted(string path)
    {
        foreach ((string token, string root) in _roots)
        {
            if (IsWithin(path, root))
            {
                return string.Concat(token, Slashes(path[root.Length..]));
            }
        }

        return Slashes(path);
    }

    /// <summary>The absolute path of a rooted one. What is not rooted comes back as it is.</summary>
    public string ToAbsolute(string rooted)
    {
        foreach ((string token, string root) in _roots)
        {
            if (rooted.StartsWith(token, StringComparison.Ordinal))
            {
                return root + rooted[token.Length..].Replace('/', Path.DirectorySeparatorChar);
            }
        }

        return rooted;
    }

    /// <summary>Text with every mention of a root replaced by its name.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public string Neutral(string text)
    {
        if (!text.AsSpan().ContainsAny('/', '\\'))
        {
            return text;
        }

        foreach ((string token, string root) in _roots)
        {
            // Most texts hold no path at all; then nothing is allocated.
            if (text.Contains(root, Comparison))
            {
                text = Replace(text, root, token);
            }
        }

        return text;
    }

    /// <summary>The same for a text in UTF-8, in borrowed memory: NuGet's files are large, and as texts they would make the runtime look through all that a build holds.</summary>
    public void Neutral(ReadOnlySpan<byte> text, PooledBuffer to)
    {
        to.Clear();
        if (Comparison != StringComparison.Ordinal)
        {
            to.Write(Encoding.UTF8.GetBytes(Neutral(Encoding.UTF8.GetString(text))));
            return;
        }

        to.Write(text);
        using PooledBuffer replaced = new(text.Length);
        foreach ((string token, string root) in _roots)
        {
            byte[] path = Encoding.UTF8.GetBytes(root);
            if (to.WrittenSpan.IndexOf(path) >= 0)
            {
                replaced.Clear();
                Replace(to.WrittenSpan, path, Encoding.UTF8.GetBytes(token), replaced);
                to.Clear();
                to.Write(replaced.WrittenSpan);
            }
        }
    }

    /// <remarks>Compiled well at once, as <see cref="Local(ReadOnlySpan{byte}, PooledBuffer)"/>: a file holds thousands of places.</remarks>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    private static void Replace(ReadOnlySpan<byte> text, ReadOnlySpan<byte> root, ReadOnlySpan<byte> token, PooledBuffer to)
    {
        int from = 0, at = 0;
        while (text[at..].IndexOf(root) is var found and >= 0)
        {
            int end = at + found + root.Length;
            if (!GoesOn(text[end..]))
            {
                to.Write(text[from..(at + found)]);
                to.Write(token);
                from = end;
            }

            at = end;
        }

        to.Write(text[from..]);
    }

    /// <summary>Whether what follows a place is a part of its last name.</summary>
    private static bool GoesOn(ReadOnlySpan<byte> rest) => !rest.IsEmpty && (rest[0] is (byte)'_' or (byte)'-' or (byte)'.' ||
        (Rune.DecodeFromUtf8(rest, out Rune next, out _) == OperationStatus.Done && next.IsBmp && Rune.IsLetterOrDigit(next)));

    /// <summary>Replaces a root where its name ends: /src/repo, but not /src/repo2.</summary>
    private static string Replace(string text, string root, string token)
    {
        // Command lines of compilers are long, and hold a root hundreds of times.
        int most = text.Length + (Math.Max(0, token.Length - root.Length) * (text.Length / root.Length));
        char[] replaced = ArrayPool<char>.Shared.Rent(most);
        int from = 0, length = 0;
        void Append(ReadOnlySpan<char> part)
        {
            part.CopyTo(replaced.AsSpan(length));
            length += part.Length;
        }

        for (int at = text.IndexOf(root, Comparison); at >= 0; at = text.IndexOf(root, at + root.Length, Comparison))
        {
            int end = at + root.Length;
            if (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is '_' or '-' or '.'))
            {
                continue;
            }

            Append(text.AsSpan(from, at - from));
            Append(token);
            from = end;
        }

        Append(text.AsSpan(from));
        string result = new(replaced, 0, length);
        ArrayPool<char>.Shared.Return(replaced);
        return result;
    }

    /// <summary>The reverse of <see cref="Neutral(string)"/>: text with every root's name replaced by its place.</summary>
    public string Local(string text)
    {
        foreach ((string token, string root) in _roots)
        {
            text = text.Replace(token, root, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The same for a text in UTF-8, in one pass: NuGet's files are large.</summary>
    public byte[] Local(ReadOnlySpan<byte> text)
    {
        using PooledBuffer local = new(text.Length + (text.Length / 8) + 1);
        Local(text, local);
        return local.WrittenSpan.ToArray();
    }

    /// <summary>The same into borrowed memory.</summary>
    /// <remarks>Compiled well at once: these files are full of braces, and the runtime would notice only when most are done.</remarks>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public void Local(ReadOnlySpan<byte> text, PooledBuffer to)
    {
        (byte[] Token, byte[] Path)[] roots = [.. _roots.Select(root => (Encoding.UTF8.GetBytes(root.Token), Encoding.UTF8.GetBytes(root.Path)))];
        to.Clear();
        ReadOnlySpan<byte> rest = text;
        while (rest.IndexOf((byte)'{') is var brace and >= 0)
        {
            to.Write(rest[..brace]);
            rest = rest[brace..];
            (byte[] token, byte[] place) = (s_brace, s_brace);
            foreach ((byte[] name, byte[] path) in roots)
            {
                if (rest.StartsWith(name))
                {
                    (token, place) = (name, path);
                    break;
                }
            }

            to.Write(place);
            rest = rest[token.Length..];
        }

        to.Write(rest);
    }

    /// <summary>The same map with only some of its roots.</summary>
    public RootMap Only(params string[] names) => new([.. names.Select(name => (name, PathOf(name)))]);

    /// <summary>Whether bytes hold the path of a root, as UTF-8 or as UTF-16.</summary>
    public bool IsMentioned(ReadOnlySpan<byte> content)
    {
        foreach (byte[] root in _inBytes.Value)
        {
            if (content.IndexOf(root) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a text holds the name of a root, so that <see cref="Local(string)"/> would change more than <see cref="Neutral(string)"/> did.</summary>
    public bool HoldsName(string text) => _roots.Any(root => text.Contains(root.Token, StringComparison.Ordinal));

    /// <summary>The same for a text in UTF-8.</summary>
    public bool HoldsName(ReadOnlySpan<byte> text)
    {
        foreach ((string token, _) in _roots)
        {
            if (text.IndexOf(Encoding.UTF8.GetBytes(token)) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a path lies under a folder, or is it.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]
    public static bool IsWithin(string path, string folder) =>
        folder.Length > 0 && path.StartsWith(folder, Comparison) &&
        (path.Length == folder.Length || path[folder.Length] == Path.DirectorySeparatorChar || path[folder.Length] == '/' || Path.EndsInDirectorySeparator(folder));

    private static string Slashes(string path) => Path.DirectorySeparatorChar == '/' ? path : path.Replace('\\', '/');
}
