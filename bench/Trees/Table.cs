namespace BuildCache.TreeBench;

/// <summary>All measurements, and what they come to.</summary>
internal sealed class Table
{
    private readonly Dictionary<string, List<double>> _seconds = [];
    private readonly Dictionary<string, List<double>> _peaks = [];
    private readonly List<string> _order = [];

    public List<string> Notes { get; } = [];

    public void Add(string what, double seconds, long peakKb = 0)
    {
        if (!_seconds.TryGetValue(what, out List<double>? list))
        {
            _seconds[what] = list = [];
            _peaks[what] = [];
            _order.Add(what);
        }

        list.Add(seconds);
        Console.Error.WriteLine($"{what}: {seconds:0.000} s");
        _peaks[what].Add(peakKb / 1024.0);
    }

    public void Print(Options options, Workshop work)
    {
        Console.WriteLine($"{options.Size * options.Size * 10 + 400} files, {Environment.ProcessorCount} processors, {options.Runs} runs, medians; in {work.Root}");
        Console.WriteLine($"{"",-44} {"seconds",8} {"of listing",10} {"of cp -r",9} {"of cp -al",9} {"MB above empty",14}");
        double listing = Of("list the tree with its stats (find -printf)"), copy = Of("cp -r"), link = Of("cp -al");
        double empty = _peaks.TryGetValue("an empty build", out List<double>? peaks) ? Median(peaks) : 0;
        foreach (string what in _order)
        {
            double seconds = Of(what);
            double peak = Median(_peaks[what]);
            Console.WriteLine($"{what,-44} {seconds,8:0.000} {seconds / listing,10:0.00} {seconds / copy,9:0.00} {seconds / link,9:0.00} {(peak > 0 ? (peak - empty).ToString("0") : ""),14}");
        }

        Notes.ForEach(Console.WriteLine);
    }

    private double Of(string what) => _seconds.TryGetValue(what, out List<double>? list) ? Median(list) : double.NaN;

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
