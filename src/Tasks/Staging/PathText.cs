using System.Text;
using BuildCache.Hashing;

namespace BuildCache.Staging;

/// <summary>Text with this clone's folders in it, and the form in which it is stored for clones elsewhere: UTF-8 with the roots' names.</summary>
internal static class PathText
{
    /// <summary>The encoding of a text that begins with the mark of UTF-16, as in an entry. All else is UTF-8, which is "" there.</summary>
    public const string Utf16 = "utf-16";

    /// <summary>The stored form and the encoding; <see langword="null"/> if the content is not text that comes back byte for byte.</summary>
    public static (byte[] Stored, string Encoding)? ToStored(byte[] content, RootMap places)
    {
        bool isUtf16 = content is [0xFF, 0xFE, ..];
        Encoding encoding = isUtf16 ? Encoding.Unicode : Encoding.UTF8;
        string text = encoding.GetString(content);
        if ((!isUtf16 && content.Contains((byte)0)) || places.HoldsName(text))
        {
            return null;
        }

        (byte[] stored, string name) = (Encoding.UTF8.GetBytes(places.Neutral(text)), isUtf16 ? Utf16 : "");
        return content.AsSpan().SequenceEqual(ToLocal(stored, name, places)) ? (stored, name) : null;
    }

    /// <summary>The content for this clone.</summary>
    public static byte[] ToLocal(byte[] stored, string encoding, RootMap places) =>
        (encoding == Utf16 ? Encoding.Unicode : Encoding.UTF8).GetBytes(places.Local(Encoding.UTF8.GetString(stored)));
}
