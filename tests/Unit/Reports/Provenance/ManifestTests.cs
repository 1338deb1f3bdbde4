using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Tests.Unit.Ledger;

using static Sbnn.Sweeps.Tests.Unit.Reports.SampleSweep;

namespace Sbnn.Sweeps.Tests.Unit.Reports.Provenance;

/// <summary>
/// Tests what <c>manifest.json</c> contains for each row: its provenance and the time and memory that it used.
/// </summary>
public sealed class ManifestTests : IDisposable
{
    private static readonly TrainerFacts Trainer = new()
    {
        Version = "1.2.3+0a1b2c",
        TorchSharp = "0.107.0",
        Libtorch = "2.10.0",
        DotNet = "10.0.12",
        Os = "Debian GNU/Linux 12 (bookworm)",
        Kernel = "6.1.0",
        MemoryMiB = 24_000,
    };

    private readonly LedgerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Cells_NameKeysSeedsTrainersDevicesAndDigests()
    {
        await using var ledger = await _folder.OpenAsync();
        var outcome = await new SampleSweep().Row("one", Learned(95), seeds: [Trains(_folder), Trains(_folder)])
            .Row("two", Learned(90), seeds: [Waits()]).RecordAsync(ledger, "Sample", source: null, TableColumn.Top1);

        var manifest = await WriteAsync(ledger, _folder);

        var cells = manifest.GetProperty("cells");
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(outcome.SpecText))),
            manifest.GetProperty("specSha256").GetString());

        var (one, two) = (cells[0], cells[1]);
        Assert.Equal("one", one.GetProperty("row").GetString());
        Assert.Equal(
            outcome.Trials.Take(2).Select(static trial => (trial.Key.Hex, trial.Spec.Seed, 2, trial.ResultSha256)),
            one.GetProperty("trials").EnumerateArray().Select(static trial => (trial.GetProperty("trial").GetString()!,
                trial.GetProperty("seed").GetInt32(), trial.GetProperty("attempts").GetInt32(),
                trial.GetProperty("resultSha256").GetString())));
        Assert.Equal(
            """
            [{"version":"1.2.3+0a1b2c","torchSharp":"0.107.0","libtorch":"2.10.0","dotNet":"10.0.12",
            "os":"Debian GNU/Linux 12 (bookworm)","kernel":"6.1.0","memoryMiB":24000}]
            """.ReplaceLineEndings(""),
            JsonSerializer.Serialize(one.GetProperty("trainers"), SbnnJson.Options));
        Assert.Equal(
            "cpu: test, 1 thread", Assert.Single(one.GetProperty("deviceClasses").EnumerateArray()).GetString());
        Assert.Equal(new string('d', 64), Assert.Single(one.GetProperty("dataDigests").EnumerateArray()).GetString());
        Assert.Equal(0, two.GetProperty("trainers").GetArrayLength());
        Assert.NotEqual(
            one.GetProperty("ledgerRowsSha256").GetString(), two.GetProperty("ledgerRowsSha256").GetString());
    }

    [Fact]
    public async Task Compute_CountsTimeMemoryAndRepeats()
    {
        await using var ledger = await _folder.OpenAsync();
        var gpu = new AttemptGpu("GPU-1", "H100");
        await new SampleSweep().Row("one", Learned(95), seeds: [Trains(_folder), Trains(_folder, gpu)])
            .Row("two", Learned(90), seeds: [Waits(), Fails()])
            .RecordAsync(ledger, "Sample", source: null, TableColumn.Top1);

        var manifest = await WriteAsync(ledger, _folder);

        var sweep = manifest.GetProperty("compute");
        Assert.Equal(4 * 3600, sweep.GetProperty("wallSeconds").GetDouble());
        Assert.Equal(
            (2.0, 2.0), (sweep.GetProperty("cpuHours").GetDouble(), sweep.GetProperty("gpuHours").GetDouble()));
        Assert.Equal(2100, sweep.GetProperty("peakMemoryMiB").GetInt32());
        Assert.Equal((5, 3, 2, 1, 2), (Count("attempts"), Count("failedAttempts"), Count("repeatedTrials"),
            Count("failedTrials"), Count("unreportedTrials")));
        var one = manifest.GetProperty("cells")[0].GetProperty("compute").GetProperty("devices");
        Assert.Equal(["cpu: test, 1 thread"], one.EnumerateArray()
            .Select(static device => device.GetProperty("deviceClass").GetString()));
        Assert.Equal((4, 4.0), (one[0].GetProperty("attempts").GetInt32(), one[0].GetProperty("hours").GetDouble()));

        int Count(string name) => sweep.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Trials_HaveTheDigestsOfTheirKeptWeights()
    {
        var (best, last) = (new string('b', 64), new string('1', 64));
        await using var ledger = await _folder.OpenAsync();
        await new SampleSweep()
            .Row("one", Learned(95),
                seeds: [Keeps(new KeptWeights(best, last)), Keeps(new KeptWeights(Best: null, last)), Keeps(null)])
            .RecordAsync(ledger, "Sample", source: null, TableColumn.Top1);

        var trials = (await WriteAsync(ledger, _folder)).GetProperty("trials");

        Assert.Equal($$"""{"best":"{{best}}","last":"{{last}}"}""", Weights(trials[0]));
        Assert.Equal($$"""{"last":"{{last}}"}""", Weights(trials[1]));
        Assert.False(trials[2].TryGetProperty("weights", out _));

        static string Weights(JsonElement trial) =>
            JsonSerializer.Serialize(trial.GetProperty("weights"), SbnnJson.Options);

        static Func<LedgerWriter, KeyedTrial, Task> Keeps(KeptWeights? weights) => async (writer, trial) =>
        {
            await writer.StartAttemptAsync(new(trial.Key, 1), new("some-node"), 0);
            await writer.CommitResultAsync(new(trial.Key, 1), Sample.Result(trial, 1, 2, 3), weights);
        };
    }

    [Fact]
    public async Task Tables_AreTheSame_WhenAttemptsTimesAndTrainersDiffer()
    {
        using var other = new LedgerFolder();
        await using var often = await _folder.OpenAsync();
        await using var once = await other.OpenAsync();
        await new SampleSweep().Row("one", Learned(95), seeds: [Trains(_folder)])
            .RecordAsync(often, "Sample", source: null, TableColumn.Top1);
        await new SampleSweep().Row("one", Learned(95), seeds: [Counts(5000)])
            .RecordAsync(once, "Sample", source: null, TableColumn.Top1);

        var (left, right) = (await WriteAsync(often, _folder), await WriteAsync(once, other));

        Assert.Equal(DigestOf(left), DigestOf(right));
        foreach (var file in (string[])["table.md", "table.csv", "layers.csv", "hyperparameters.csv"])
        {
            Assert.Equal(
                await File.ReadAllTextAsync(_folder.In($"out/{file}"), TestContext.Current.CancellationToken),
                await File.ReadAllTextAsync(other.In($"out/{file}"), TestContext.Current.CancellationToken));
        }

        static string? DigestOf(JsonElement manifest) =>
            manifest.GetProperty("cells")[0].GetProperty("ledgerRowsSha256").GetString();
    }

    private static async Task<JsonElement> WriteAsync(SweepLedger ledger, LedgerFolder folder)
    {
        await WriteReportsAsync(ledger, folder.In("out"));
        return JsonSerializer.Deserialize<JsonElement>(await File.ReadAllTextAsync(
            folder.In("out/manifest.json"), TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// Trains a trial in two attempts of an hour each: the first crashes, the second ends with a result.
    /// </summary>
    internal static Func<LedgerWriter, KeyedTrial, Task> Trains(LedgerFolder folder, AttemptGpu? gpu = null) =>
        async (writer, trial) =>
    {
        var first = new AttemptId(trial.Key, 1);
        await writer.StartAttemptAsync(first, new("some-node"), 0, gpu: gpu);
        await writer.RecordEventsAsync(first, [Sample.Started(1) with { Trainer = Trainer }]);
        folder.Clock.Now += TimeSpan.FromHours(1);
        await writer.EndAttemptAsync(first, Sample.Conclusion());

        var second = new AttemptId(trial.Key, 2);
        await writer.StartAttemptAsync(second, new("some-node"), 0, gpu: gpu);
        await writer.RecordEventsAsync(second,
        [
            Sample.Started(1) with { Trainer = Trainer }, Sample.Trained(2, 1) with { PeakMemoryMiB = 2100 },
            Sample.Trained(3, 2) with { PeakMemoryMiB = 1900 },
        ]);
        folder.Clock.Now += TimeSpan.FromHours(1);
        var epochs = Enumerable.Range(1, trial.Spec.Epochs).Select(static epoch => Sample.Epoch(epoch, 5000) with
        {
            Total = 10_000,
            Layers = [],
            Ones = 0,
            Weights = 0,
        });
        await writer.CommitResultAsync(second, new TrialResult
        {
            Trial = trial.Key,
            Spec = trial.Spec,
            Constraint = ConstraintOutcome.Reached,
            BestEpoch = 1,
            Epochs = [.. epochs],
        });
    };
}
