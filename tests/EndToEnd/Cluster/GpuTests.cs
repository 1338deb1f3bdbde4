using System.Globalization;
using System.Runtime.Versioning;
using Dapper;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd.Cluster;

/// <summary>Tests a sweep of mixed shapes on two nodes with four simulated GPUs of two sizes each.</summary>
[SupportedOSPlatform("linux")]
public sealed class GpuTests : IDisposable
{
    private const int ReserveMiB = 1024;
    private const string Foreign = "GPU-b-16-0", Hidden = "GPU-b-8-1";

    // The first attempt with width 4 and seed 3 needs more memory than any GPU has, although the trials measured before
    // needed less.
    private const string Memory = "mib=$((width * 800)); [ \"$width-$seed-$attempt\" != 4-3-1 ] || mib=20000";

    private const string Spec =
        """
        name: mixed
        trial:
          {dataset: synthetic, train-images: 120, test-images: 20, epochs: 12, batch-size: 20, learning-rate: 0.005,
           mixup: 0}
        axes: [width: [8, 2, 4]]
        seeds: [1, 2, 3, 4, 5]
        run: {backoff: 100ms, device: gpu}
        """;

    private readonly HeadAndNodes _machines = new() { Grace = 60, Offer = ["--gpus", "all"] };

    public void Dispose() => _machines.Dispose();

    [Fact]
    public async Task Trials_ShareGpus_AsFarAsMemoryAllows()
    {
        _machines.Environment["SBNN_TRAINER"] = FakeGpus.WriteTrainer(_machines.Folder.In("trainer"), Memory);
        await _machines.StartHeadAsync();
        FakeGpus a = Start("a"), b = Start("b", "CUDA_VISIBLE_DEVICES=0,1,GPU-b-8-0");
        await _machines.UntilReadyAsync("a", "b");
        await _machines.SubmitAsync(Spec);
        var reasons = new SortedSet<string>(StringComparer.Ordinal);
        await Eventually.UntilAsync(async () => await CollectReasonsAsync(reasons), "the sweep to finish");
        var trials = (await _machines.TrialsAsync("mixed"))!;

        var attempts = ReadAttempts();
        var notes = a.Notes.Concat(b.Notes).ToDictionary(static note => $"{note[0]} {note[1]}", static note => note[3]);
        var plan = Path.Combine(AppContext.BaseDirectory, "gpu-plan.txt");
        var shown = Plan(attempts, notes, reasons, await _machines.RunVerbAsync("nodes"));
        await File.WriteAllLinesAsync(plan, shown, Workplace.Cancellation);

        Assert.Contains(reasons, static reason => reason.Contains("is not measured yet", StringComparison.Ordinal));

        // Each trainer saw only its own GPU.
        Assert.Equal(
            attempts.Select(static attempt => $"{attempt.Trial} {attempt.Number} {attempt.Gpu}")
                .Order(StringComparer.Ordinal),
            a.Notes.Concat(b.Notes).Select(static note => $"{note[0]} {note[1]} {note[2]}")
                .Order(StringComparer.Ordinal));

        // No trial used the GPU that other programs use, or the GPU that is not visible.
        Assert.DoesNotContain(attempts, static attempt => attempt.Gpu is Foreign or Hidden);
        var nodes = (await _machines.NodesAsync())!;
        Assert.Equal([4, 3], nodes.Select(static node => node.Gpus!.Count));
        Assert.Equal(6000, nodes[1].Gpus!.Single(static gpu => gpu.Uuid == Foreign).OtherProgramsMiB);

        // A trial whose shape was not measured had its GPU to itself. Measured trials shared GPUs within the GPUs'
        // memory.
        Assert.Contains(attempts, one => attempts.Any(other => one.IsBeside(other)));
        Assert.All(attempts, one => Assert.True(
            attempts.Where(other => other == one || (one.IsBeside(other) && other.Began <= one.Began))
                .Sum(static attempt => attempt.Width * 800) + ReserveMiB <= one.GpuMiB));

        // One trial ran out of memory. Its retry had a GPU to itself.
        var ranOut = Assert.Single(attempts, static attempt => attempt.Ending == "out-of-memory");
        Assert.Equal((4, 3, 1), (ranOut.Width, ranOut.Seed, ranOut.Number));
        var again = attempts.Single(attempt => attempt.Trial == ranOut.Trial && attempt.Number == 2);
        Assert.DoesNotContain(attempts, again.IsBeside);
        Assert.All(trials, static trial => Assert.InRange(trial.Attempt, 1, 2));
    }

    // Collects the reasons of waiting trials. Returns true once every trial is finished.
    private async Task<bool> CollectReasonsAsync(SortedSet<string> reasons)
    {
        if (await _machines.ViewsAsync("mixed") is not { } views) return false;
        foreach (var view in views.Where(static view => view.Progress.State == TrialState.Waiting))
            reasons.Add(view.Reason!.Words);
        return views.All(static view => view.Progress.State == TrialState.Finished);
    }

    private FakeGpus Start(string node, params string[] environment)
    {
        var gpus = new FakeGpus(_machines.Folder.In($"gpus-{node}"),
        [
            new FakeGpu($"GPU-{node}-16-0", 16384, OtherProgramsMiB: node == "b" ? 6000 : 0),
            new FakeGpu($"GPU-{node}-16-1", 16384, OtherProgramsMiB: 300),
            new FakeGpu($"GPU-{node}-8-0", 8192),
            new FakeGpu($"GPU-{node}-8-1", 8192),
        ]);
        _machines.StartNode(node, home: null,
            ["env", $"SBNN_NVIDIA_SMI={gpus.Smi}", $"FAKE_GPUS={Path.GetDirectoryName(gpus.Smi)}", .. environment]);
        return gpus;
    }

    private List<RanAttempt> ReadAttempts()
    {
        using var ledger = new SqliteConnection(
            $"Data Source={Path.Combine(_machines.HeadHome, "ledger.db")};Mode=ReadOnly;Pooling=False");
        return [.. ledger.Query<RanAttempt>(
            """
            SELECT t.key AS trial, CAST(t.spec ->> '$.width' AS INTEGER) AS width,
                   CAST(t.spec ->> '$.seed' AS INTEGER) AS seed, a.attempt AS number, a.node, a.gpu,
                   a.gpu_model AS model, a.ending, a.started_at AS began, a.ended_at AS ended
            FROM attempts a JOIN trials t ON t.id = a.trial ORDER BY a.started_at, t.id
            """)];
    }

    private static IEnumerable<string> Plan(
        List<RanAttempt> attempts, Dictionary<string, string> notes, IEnumerable<string> reasons, string nodes)
    {
        var origin = attempts[0].Began;
        yield return "from s  to s  node  GPU         attempt                  takes      beside         ended";
        foreach (var attempt in attempts)
        {
            var beside = string.Join(' ', attempts.Where(attempt.IsBeside).Select(static other => other.Name));
            var (from, to) = ((attempt.Began - origin) / 1000.0, (attempt.Ended - origin) / 1000.0);
            var takes = notes[$"{attempt.Trial} {attempt.Number}"];
            yield return string.Create(CultureInfo.InvariantCulture,
                $"{from,6:0.0}{to,6:0.0}  {attempt.Node,-4}  {attempt.Gpu,-11} width {attempt.Width} "
                + $"seed {attempt.Seed} attempt {attempt.Number}  {takes,5} MiB  {beside,-14} {attempt.Ending}");
        }

        yield return "";
        yield return "what trials waited for:";
        foreach (var reason in reasons) yield return $"  {reason}";
        yield return "";
        yield return nodes;
    }

    private sealed record RanAttempt
    {
        public required string Trial { get; init; }

        public required int Width { get; init; }

        public required int Seed { get; init; }

        public required int Number { get; init; }

        public required string Node { get; init; }

        public required string Gpu { get; init; }

        public required string Model { get; init; }

        public required string Ending { get; init; }

        public required long Began { get; init; }

        public required long Ended { get; init; }

        public string Name => string.Create(CultureInfo.InvariantCulture, $"{Width}/{Seed}/{Number}");

        public int GpuMiB => Model == "Fake 16 GB" ? 16384 : 8192;

        public bool IsBeside(RanAttempt other) =>
            other != this && other.Gpu == Gpu && other.Began < Ended && Began < other.Ended;
    }
}
