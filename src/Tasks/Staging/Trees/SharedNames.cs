namespace BuildCache.Staging.Trees;

/// <summary>Names of files as strings: most folders of a large tree hold the same few.</summary>
internal static class SharedNames
{
    // A slot is replaced by whoever comes, without a lock: any string in it is a right one.
    private static readonly string?[] s_names = new string?[1024];

    /// <summary>The name as a string that others with the same name share, as a rule.</summary>
    public static string Get(ReadOnlySpan<char> name)
    {
        ref string? slot = ref s_names[(uint)string.GetHashCode(name) % (uint)s_names.Length];
        string? known = slot;
        return known is not null && name.SequenceEqual(known) ? known : slot = name.ToString();
    }
}
