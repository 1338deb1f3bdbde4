using System.Diagnostics;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Benchmarks.Step;

/// <summary>One way to do a step, and the times it took.</summary>
internal sealed class Variant(string name, Action step)
{
    private readonly List<double> _times = [];
    private TimeSpan _processor;

    public string Name => name;

    public int Steps => _times.Count;

    /// <summary>Seconds.</summary>
    public double Median => _times.Order().ElementAt(_times.Count / 2);

    /// <summary>Seconds.</summary>
    public double Best => _times.Min();

    /// <summary>Mean processor time of all threads together in a step, seconds; a busy machine disturbs it less.</summary>
    public double Processor => _processor.TotalSeconds / _times.Count;

    public void WarmUp()
    {
        for (var i = 0; i < 2; i++) Once();
    }

    public void Measure()
    {
        using var process = Process.GetCurrentProcess();
        var (before, watch) = (process.TotalProcessorTime, Stopwatch.StartNew());
        Once();
        _times.Add(watch.Elapsed.TotalSeconds);
        process.Refresh();
        _processor += process.TotalProcessorTime - before;
    }

    private void Once()
    {
        using var scope = NewDisposeScope();
        step();
    }
}
