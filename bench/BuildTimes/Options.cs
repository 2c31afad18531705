namespace BuildCache.BuildTimes;

/// <summary>The command line.</summary>
internal sealed record Options(int Projects, int Runs, bool Shop, bool Keep)
{
    public const string Usage = "dotnet run --project bench/BuildTimes -- [--projects 40] [--runs 3] [--shop] [--keep]";

    /// <exception cref="ArgumentException">An argument is not known or has no usable value.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new(40, 3, Shop: false, Keep: false);
        for (int at = 0; at < arguments.Length; at++)
        {
            options = arguments[at] switch
            {
                "--projects" => options with { Projects = Number(arguments, ++at) },
                "--runs" => options with { Runs = Number(arguments, ++at) },
                "--shop" => options with { Shop = true },
                "--keep" => options with { Keep = true },
                _ => throw new ArgumentException($"'{arguments[at]}' is not known.\n{Usage}"),
            };
        }

        return options;
    }

    private static int Number(string[] arguments, int at) =>
        at < arguments.Length && int.TryParse(arguments[at], out int number) && number > 0
            ? number
            : throw new ArgumentException($"{arguments[at - 1]} needs a number.\n{Usage}");
}
