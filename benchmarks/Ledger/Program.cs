using System.Diagnostics;
using System.Globalization;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Ledger;

// Measures durable epoch events per second. Each writer acts as a node that reports for one trial, or for eight at the
// same time. A trial's next event is written when its last one is committed and flushed. Arguments: [seconds per
// measurement=5] [writers=8] [folder=a temporary one]. The result depends on the folder's disk: on a RAM disk the
// numbers are too good. With the only argument "forms", two forms of storing an epoch are compared instead.
if (args is ["forms"])
{
    var forms = Directory.CreateTempSubdirectory("sbnn-forms-");
    EpochForms.Compare(forms.FullName);
    forms.Delete(recursive: true);
    return;
}

var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
var writers = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 8;
var folder = args.Length > 2 ? Directory.CreateDirectory(args[2]) : Directory.CreateTempSubdirectory("sbnn-load-");
var file = 0;
(int Layers, int Trials)[] loads = [(1, 1), (16, 1), (16, 8)];
foreach (var (layers, each) in loads)
{
    var plain = await MeasurePlainAsync(layers, writers * each);
    var ledger = await MeasureLedgerAsync(layers, writers * each);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{writers} writers of {each} trial(s), {layers,2} layers: {ledger.PerSecond,6:F0} events/s, "
            + $"{ledger.Processor * 1e6,3:F0} µs of processor time each; one transaction per event through Dapper: "
            + $"{plain.PerSecond,4:F0} events/s, {plain.Processor * 1e6,3:F0} µs; "
            + $"{ledger.PerSecond / plain.PerSecond,4:F1} times"));
}

if (args.Length <= 2) folder.Delete(recursive: true);

async Task<(double PerSecond, double Processor)> MeasureLedgerAsync(int layers, int trials)
{
    await using var ledger = await SweepLedger.OpenAsync(NextFile(), TimeProvider.System);
    var sweep = MadeUpTrials.Sweep(trials, epochs: 300);
    await ledger.Writer.RecordRevisionAsync(sweep);
    foreach (var (slot, trial) in sweep.Trials.Index())
        await ledger.Writer.StartAttemptAsync(new(trial.Key, 1), new("node"), slot);
    return await MeasureAsync(trials, async (trial, epoch) =>
    {
        if (!await ledger.Writer.RecordEventsAsync(new(sweep.Trials[trial].Key, 1),
            [MadeUpTrials.EpochEvent(epoch, MadeUpTrials.Epoch(epoch, layers))]))
            throw new InvalidOperationException("the event was not recorded");
    });
}

async Task<(double PerSecond, double Processor)> MeasurePlainAsync(int layers, int trials)
{
    using var ledger = new PlainLedger(NextFile());
    return await MeasureAsync(trials, (trial, epoch) =>
    {
        ledger.Record(trial, MadeUpTrials.EpochEvent(epoch, MadeUpTrials.Epoch(epoch, layers)));
        return Task.CompletedTask;
    });
}

async Task<(double PerSecond, double Processor)> MeasureAsync(int trials, Func<int, int, Task> record)
{
    const int WarmUp = 50; // The number of events per trial that are not measured.
    await Task.WhenAll(Enumerable.Range(0, trials).Select(trial => Task.Run(async () =>
    {
        for (var epoch = 1; epoch <= WarmUp; epoch++) await record(trial, epoch);
    })));
    var processor = Environment.CpuUsage.TotalTime;
    var watch = Stopwatch.StartNew();
    var events = await Task.WhenAll(Enumerable.Range(0, trials).Select(trial => Task.Run(async () =>
    {
        var epoch = WarmUp;
        while (watch.Elapsed.TotalSeconds < seconds) await record(trial, ++epoch);
        return epoch - WarmUp;
    })));
    var elapsed = watch.Elapsed.TotalSeconds;
    return (events.Sum() / elapsed, (Environment.CpuUsage.TotalTime - processor).TotalSeconds / events.Sum());
}

string NextFile() => Path.Combine(folder.FullName, $"{++file}.db");
