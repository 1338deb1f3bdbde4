namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>A linear axis.</summary>
/// <param name="Title">The quantity with its unit.</param>
/// <param name="Low">The value at the axis' start.</param>
/// <param name="High">The value at the axis' end.</param>
/// <param name="Ticks">Values with a label, ascending.</param>
/// <param name="Decimals">Decimals of the labels.</param>
internal sealed record ChartAxis(string Title, decimal Low, decimal High, IReadOnlyList<decimal> Ticks, int Decimals)
{
    /// <summary>An axis that shows all values, with ticks at round numbers.</summary>
    /// <param name="title">The quantity with its unit.</param>
    /// <param name="values">The values; at least one.</param>
    /// <param name="least">The least possible value: no tick is below it.</param>
    /// <param name="most">The greatest possible value: no tick exceeds it.</param>
    /// <param name="intervals">The largest number of intervals between ticks.</param>
    public static ChartAxis Of(
        string title, IReadOnlyCollection<decimal> values, decimal least, decimal most, int intervals)
    {
        var (lowest, highest) = (values.Min(), values.Max());
        var span = highest - lowest;
        if (span < 0.1m) (lowest, highest, span) = (lowest - 0.5m, highest + 0.5m, span + 1);
        var (low, high) = (lowest - (span * 0.08m), highest + (span * 0.08m));
        var (step, decimals) = Step(span / intervals);
        var ticks = new List<decimal>();
        for (var tick = decimal.Ceiling(low / step) * step; tick <= Math.Min(high, most); tick += step)
            if (tick >= least) ticks.Add(tick);
        return new ChartAxis(title, low, high, ticks, decimals);
    }

    /// <summary>An axis for things that are counted from 1, such as epochs.</summary>
    /// <param name="title">What is counted.</param>
    /// <param name="last">The last number.</param>
    /// <param name="margin">The space before the first and after the last.</param>
    public static ChartAxis OfCounts(string title, int last, decimal margin = 0)
    {
        var step = decimal.Ceiling(Step(Math.Max(1, last / 5m)).Step);
        List<decimal> ticks = [];
        for (var tick = step; tick <= last; tick += step) ticks.Add(tick);
        return new ChartAxis(title, 1 - margin, Math.Max(2, last) + margin, ticks, 0);
    }

    // Returns the smallest step that is at least the given one and is 1, 2 or 5 times a power of ten, and the decimals
    // that its multiples have.
    private static (decimal Step, int Decimals) Step(decimal least)
    {
        var (power, decimals) = (1m, 0);
        for (; power > least; power /= 10) decimals++;
        for (; power * 10 <= least; power *= 10)
        {
        }

        foreach (var factor in (decimal[])[1, 2, 5])
            if (factor * power >= least) return (factor * power, decimals);
        return (10 * power, Math.Max(0, decimals - 1));
    }
}
