namespace BuildCache.BuildTimes;

/// <summary>The command line.</summary>
/// <param name="Projects">How many projects are generated.</param>
/// <param name="Runs">How often everything is measured.</param>
/// <param name="Shop">samples/Shop instead of generated projects.</param>
/// <param name="Keep">Whether the temporary folder stays.</param>
/// <param name="Nx">The version of Nx to compare with; "" for none.</param>
/// <param name="GateOnly">Only what the solution gate does, without clean builds.</param>
/// <param name="CleanOnly">Only clean builds: what a miss costs.</param>
/// <param name="AtOnce">The two clean builds at the same time, each on a processor of its own.</param>
/// <param name="Lines">How many lines of source each generated project has, about.</param>
internal sealed record Options(int Projects, int Runs, bool Shop, bool Keep, string Nx, bool GateOnly, bool CleanOnly, bool AtOnce, int Lines)
{
    public const string Usage = "dotnet run --project bench/BuildTimes -- [--projects 40] [--runs 3] [--shop] [--keep] [--lines 140] [--gate | --clean [--at-once]] [--nx 23.2.1]";

    /// <exception cref="ArgumentException">An argument is not known or has no usable value.</exception>
    public static Options Parse(string[] arguments)
    {
        Options options = new(40, 3, Shop: false, Keep: false, Nx: "", GateOnly: false, CleanOnly: false, AtOnce: false, Lines: 140);
        for (int at = 0; at < arguments.Length; at++)
        {
            options = arguments[at] switch
            {
                "--projects" => options with { Projects = Number(arguments, ++at) },
                "--lines" => options with { Lines = Number(arguments, ++at) },
                "--runs" => options with { Runs = Number(arguments, ++at) },
                "--shop" => options with { Shop = true },
                "--keep" => options with { Keep = true },
                "--gate" => options with { GateOnly = true, CleanOnly = false },
                "--clean" => options with { CleanOnly = true, GateOnly = false },
                "--at-once" => options with { AtOnce = true, CleanOnly = true, GateOnly = false },
                "--nx" => options with { Nx = Text(arguments, ++at) },
                _ => throw new ArgumentException($"'{arguments[at]}' is not known.\n{Usage}"),
            };
        }

        return options;
    }

    private static string Text(string[] arguments, int at) =>
        at < arguments.Length ? arguments[at] : throw new ArgumentException($"{arguments[at - 1]} needs a value.\n{Usage}");

    private static int Number(string[] arguments, int at) =>
        at < arguments.Length && int.TryParse(arguments[at], out int number) && number > 0
            ? number
            : throw new ArgumentException($"{arguments[at - 1]} needs a number.\n{Usage}");
}
