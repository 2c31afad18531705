using System.Globalization;

namespace BuildCache.TreeBench;

/// <summary>What the command line asks for.</summary>
/// <param name="Runs">How often everything is measured; medians count.</param>
/// <param name="Size">Folders at each of the two levels: 100 gives 100,000 files.</param>
/// <param name="Keep">Whether the working folder stays.</param>
/// <param name="Work">Where to work; empty: the temporary folder. Sources and the package that an earlier run left there with --keep are used again.</param>
/// <param name="Only">The placements to measure; empty: all.</param>
internal sealed record Options(int Runs, int Size, bool Keep, string Work, string Only)
{
    public static Options Parse(string[] args)
    {
        string Value(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : otherwise;
        return new Options(
            int.Parse(Value("--runs", "3"), CultureInfo.InvariantCulture), int.Parse(Value("--size", "100"), CultureInfo.InvariantCulture), args.Contains("--keep"), Value("--work", ""), Value("--only", ""));
    }
}
