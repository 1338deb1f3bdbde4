using System.Diagnostics;

namespace Sbnn.Sweeps.Tests.Scalars;

/// <summary>Collects the youngest generation once a millisecond on its own thread, until it is disposed of.</summary>
internal sealed class Collector : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stops;

    public Collector()
    {
        _thread = new Thread(Collect) { IsBackground = true, Name = nameof(Collector) };
        _thread.Start();
    }

    /// <summary>Collections so far.</summary>
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
