using System.Diagnostics;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Benchmarks.Step;

/// <summary>One implementation of a step, and its measured times.</summary>
/// <param name="name">The variant's name.</param>
/// <param name="step">Runs a step. Returns its processor time in seconds if it runs in another process, otherwise
/// null.</param>
internal sealed class Variant(string name, Func<double?> step)
{
    private readonly List<double> _times = [];
    private double _processor;

    /// <param name="name">The variant's name.</param>
    /// <param name="step">Runs a step in this process.</param>
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

    /// <summary>The median time of a step in seconds.</summary>
    public double Median => _times.Order().ElementAt(_times.Count / 2);

    /// <summary>The shortest time of a step in seconds.</summary>
    public double Best => _times.Min();

    /// <summary>
    /// The mean processor time of a step over all threads, in seconds. A busy machine affects it less than elapsed
    /// time.
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
