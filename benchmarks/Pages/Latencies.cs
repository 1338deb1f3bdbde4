using System.Globalization;

namespace Sbnn.Sweeps.Benchmarks.Pages;

/// <summary>Times of repeated requests, in milliseconds.</summary>
internal sealed class Latencies
{
    private readonly List<double> _times = [];

    /// <summary>Adds a time.</summary>
    public void Add(TimeSpan time) => _times.Add(time.TotalMilliseconds);

    /// <summary>The median.</summary>
    public double P50 => Quantile(0.5);

    /// <summary>The time below which 95 % of the times are.</summary>
    public double P95 => Quantile(0.95);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{P50,7:0.0} {P95,7:0.0}");

    private double Quantile(double share) =>
        _times.Count == 0 ? double.NaN : _times.Order().ElementAt((int)Math.Ceiling(share * _times.Count) - 1);
}
