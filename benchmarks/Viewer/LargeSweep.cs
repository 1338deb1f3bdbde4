using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Benchmarks.Viewer;

/// <summary>A ledger with a sweep of many finished trials and a few running ones.</summary>
internal sealed class LargeSweep : IAsyncDisposable
{
    public const string Name = MadeUpGrid.Name;

    /// <summary>The number of running trials.</summary>
    public const int Running = 8;

    private static readonly NodeName Node = new("node");

    private readonly KeyedTrial[] _running;
    private int _epoch;

    private LargeSweep(SweepLedger ledger, KeyedTrial[] running) => (Store, _running) = (ledger, running);

    public SweepLedger Store { get; }

    /// <summary>Creates the ledger. Every trial has results or events like a real one.</summary>
    public static async Task<LargeSweep> MakeAsync(string path, int finished)
    {
        var ledger = await SweepLedger.OpenAsync(path, TimeProvider.System);
        var sweep = MadeUpGrid.Of(finished, Running);
        await ledger.Writer.RecordRevisionAsync(sweep);
        await MadeUpGrid.FinishAsync(ledger.Writer, sweep.Trials.Take(finished), layers: 1);
        foreach (var trial in sweep.Trials.Skip(finished))
            await ledger.Writer.StartAttemptAsync(new AttemptId(trial.Key, 1), Node, 0);
        return new LargeSweep(ledger, [.. sweep.Trials.Skip(finished)]);
    }

    /// <summary>
    /// Repeats a read while running trials commit events, and prints the processor time that the reads took. Returns
    /// that time in percent of a core.
    /// </summary>
    public async Task<double> MeasureAsync(
        string what, TimeSpan length, TimeSpan tick, Func<Task> read, double alone = 0)
    {
        await RepeatReadAsync(length / 2, tick, read); // Compiles the code and fills caches before the measurement.
        var share = 100 * await RepeatReadAsync(length, tick, read) / length;
        Console.WriteLine($"{share - alone,7:0.00} %  {what}");
        return share;
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();

    private async Task<TimeSpan> RepeatReadAsync(TimeSpan length, TimeSpan tick, Func<Task> read)
    {
        using var end = new CancellationTokenSource(length);
        var begun = Environment.CpuUsage.TotalTime;
        var training = TrainAsync(end.Token);
        using var timer = new PeriodicTimer(tick);
        while (!end.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            await read();
        }

        await training;
        return Environment.CpuUsage.TotalTime - begun;
    }

    // Each of the eight trials commits one event a second. The trials take turns, an eighth of a second apart.
    private async Task TrainAsync(CancellationToken end)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / Running));
        for (var turn = 0; !end.IsCancellationRequested; turn++)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            if (turn % Running == 0) _epoch++;
            await Store.Writer.RecordEventsAsync(new AttemptId(_running[turn % Running].Key, 1),
                [MadeUpTrials.EpochEvent(_epoch, MadeUpTrials.Epoch(_epoch, 16))]);
        }
    }
}
