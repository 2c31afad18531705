namespace Shop.Shared;

// Linked into the projects that need it: it is too small for an assembly of its own.
internal static class Guard
{
    public static string NotBlank(string? value, string name)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            throw new ArgumentException("A text is needed here.", name);
        }

        return value!.Trim();
    }

    public static int AtLeast(int value, int least, string name)
    {
        if (value < least)
        {
            throw new ArgumentOutOfRangeException(name, value, $"Must be {least} or more.");
        }

        return value;
    }
}
