using System.Diagnostics;
using System.Globalization;
using Sbnn.Sweeps.Benchmarks;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Ledger;

// Durable epoch events a second: each of the writers has one event under way, and writes the next when that one is committed and flushed.
// Arguments: [seconds a measurement=5] [writers=8] [folder=a temporary one]. The folder's disk is what is measured: a RAM disk flatters.
var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
var writers = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 8;
var folder = args.Length > 2 ? Directory.CreateDirectory(args[2]) : Directory.CreateTempSubdirectory("sbnn-load-");
var file = 0;
Console.WriteLine($"{writers} writers, {seconds} s each");
foreach (var layers in new[] { 1, 16 })
{
    var plain = await MeasurePlainAsync(layers);
    var ledger = await MeasureLedgerAsync(layers);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{layers,2} layers: ledger {ledger.PerSecond,6:F0} events/s, {ledger.Processor * 1e6,4:F0} µs of processor time each; one Dapper transaction each {plain.PerSecond,6:F0} events/s, {plain.Processor * 1e6,4:F0} µs; {ledger.PerSecond / plain.PerSecond:F1} times"));
}

if (args.Length <= 2) folder.Delete(recursive: true);

async Task<(double PerSecond, double Processor)> MeasureLedgerAsync(int layers)
{
    await using var ledger = await SweepLedger.OpenAsync(NextFile(), TimeProvider.System);
    var sweep = Made.Sweep(writers, epochs: 300);
    await ledger.Writer.RecordRevisionAsync(sweep);
    foreach (var (slot, trial) in sweep.Trials.Index()) await ledger.Writer.StartAttemptAsync(trial.Key, 0, "node", slot);
    return await MeasureAsync(async (writer, epoch) =>
    {
        if (!await ledger.Writer.RecordEventsAsync(sweep.Trials[writer].Key, 1, [Made.Trained(epoch, Made.Epoch(epoch, layers))]))
            throw new InvalidOperationException("the event was not recorded");
    });
}

async Task<(double PerSecond, double Processor)> MeasurePlainAsync(int layers)
{
    using var ledger = new PlainLedger(NextFile());
    return await MeasureAsync((writer, epoch) =>
    {
        ledger.Record(writer, Made.Trained(epoch, Made.Epoch(epoch, layers)));
        return Task.CompletedTask;
    });
}

async Task<(double PerSecond, double Processor)> MeasureAsync(Func<int, int, Task> record)
{
    const int WarmUp = 100; // Events of each writer.
    await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
    {
        for (var epoch = 1; epoch <= WarmUp; epoch++) await record(writer, epoch);
    })));
    var processor = Environment.CpuUsage.TotalTime;
    var watch = Stopwatch.StartNew();
    var events = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Run(async () =>
    {
        var epoch = WarmUp;
        while (watch.Elapsed.TotalSeconds < seconds) await record(writer, ++epoch);
        return epoch - WarmUp;
    })));
    var elapsed = watch.Elapsed.TotalSeconds;
    return (events.Sum() / elapsed, (Environment.CpuUsage.TotalTime - processor).TotalSeconds / events.Sum());
}

string NextFile() => Path.Combine(folder.FullName, $"{++file}.db");
