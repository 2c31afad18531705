using System.Globalization;

namespace BuildCache.BuildTimes;

/// <summary>What was measured, by name, one value a run; run n of one name is the pair of run n of another.</summary>
internal sealed class Measurements
{
    private readonly Dictionary<string, List<Took>> _series = [];

    public void Add(string name, Took took)
    {
        if (!_series.TryGetValue(name, out List<Took>? series))
        {
            _series.Add(name, series = []);
        }

        series.Add(took);
    }

    /// <summary>Prints median and spread of every series, in the order in which they were first measured.</summary>
    public void PrintSeries()
    {
        Console.WriteLine($"{"seconds",-30}{"wall",8}{"min..max",16}{"CPU",10}{"min..max",16}{"MB at most",12}");
        foreach ((string name, List<Took> series) in _series)
        {
            Console.WriteLine(name.PadRight(30) + Column(series, took => took.Wall, 8) + (Programs.CountsCpu ? Column(series, took => took.Cpu, 10) + (series.All(static took => took.Memory > 0) ? $"{series.Max(took => took.Memory),12:0}" : "") : ""));
        }
    }

    /// <summary>Prints the ratio of one series to another, run by run.</summary>
    public void PrintRatio(string label, string name, string to)
    {
        double[] wall = [.. _series[name].Zip(_series[to], (one, other) => one.Wall / other.Wall)];
        double[] cpu = [.. _series[name].Zip(_series[to], (one, other) => one.Cpu / other.Cpu)];
        double[] memory = [.. _series[name].Zip(_series[to], (one, other) => one.Memory / other.Memory)];
        Console.WriteLine(label.PadRight(48) + "wall " + Text(wall) + (Programs.CountsCpu ? "   CPU " + Text(cpu) + (_series[to].All(static took => took.Memory > 0) ? "   memory " + Text(memory) : "") : ""));
    }

    private static string Text(double[] ratios) =>
        string.Create(CultureInfo.InvariantCulture, $"{Median(ratios):0.00} ({ratios.Min():0.00}..{ratios.Max():0.00})");

    private static string Column(List<Took> series, Func<Took, double> value, int width)
    {
        double[] values = [.. series.Select(value)];
        return Median(values).ToString("0.00", CultureInfo.InvariantCulture).PadLeft(width) +
            string.Create(CultureInfo.InvariantCulture, $"{values.Min():0.00}..{values.Max():0.00}").PadLeft(16);
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
