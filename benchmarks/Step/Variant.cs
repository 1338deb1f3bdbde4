using System.Diagnostics;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Benchmarks.Step;

/// <summary>One way to do a step, and the times it took.</summary>
/// <param name="name">Its name.</param>
/// <param name="step">Does a step; gives its processor time in seconds where that is another process's, else
/// null.</param>
internal sealed class Variant(string name, Func<double?> step)
{
    private readonly List<double> _times = [];
    private double _processor;

    /// <param name="name">Its name.</param>
    /// <param name="step">Does a step in this process.</param>
    public Variant(string name, Action step)
        : this(name, () =>
        {
            step();
            return (double?)null;
        })
    {
    }

    public string Name => name;

    public int Steps => _times.Count;

    /// <summary>Seconds.</summary>
    public double Median => _times.Order().ElementAt(_times.Count / 2);

    /// <summary>Seconds.</summary>
    public double Best => _times.Min();

    /// <summary>
    /// Mean processor time of all threads together in a step, seconds; a busy machine disturbs it less.
    /// </summary>
    public double Processor => _processor / _times.Count;

    public void WarmUp()
    {
        for (var i = 0; i < 2; i++) Once();
    }

    public void Measure()
    {
        using var process = Process.GetCurrentProcess();
        var (before, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        var elsewhere = Once();
        _times.Add(watch.Elapsed.TotalSeconds);
        process.Refresh();
        _processor += elsewhere ?? (process.TotalProcessorTime - before).TotalSeconds;
    }

    private double? Once()
    {
        using var scope = NewDisposeScope();
        return step();
    }
}
