using System.Text;

namespace Shop.Domain;

public static class Slugs
{
    public static string From(string name)
    {
        var slug = new StringBuilder(name.Length);
        foreach (var letter in name)
        {
            if (IsPlain(letter))
            {
                slug.Append(char.ToLowerInvariant(letter));
            }
            else if (slug.Length > 0 && slug[slug.Length - 1] != '-')
            {
                slug.Append('-');
            }
        }

        return slug.ToString().TrimEnd('-');
    }

#if NET
    private static bool IsPlain(char letter) => char.IsAsciiLetterOrDigit(letter);
#else
    private static bool IsPlain(char letter) =>
        letter is (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') or (>= '0' and <= '9');
#endif
}
