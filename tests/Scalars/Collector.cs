using System.Diagnostics;

namespace Sbnn.Sweeps.Tests.Scalars;

/// <summary>
/// Runs a garbage collection of the youngest generation every millisecond, on its own thread, until disposal.
/// </summary>
internal sealed class Collector : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stops;

    public Collector()
    {
        _thread = new Thread(Collect) { IsBackground = true, Name = nameof(Collector) };
        _thread.Start();
    }

    /// <summary>The number of garbage collections so far.</summary>
    public int Count { get; private set; }

    public void Dispose()
    {
        _stops = true;
        _thread.Join();
    }

    private void Collect()
    {
        var clock = Stopwatch.StartNew();
        while (!_stops)
        {
            GC.Collect(0);
            Count++;
            var left = TimeSpan.FromMilliseconds(Count) - clock.Elapsed;
            if (left > TimeSpan.Zero) Thread.Sleep(left);
        }
    }
}
