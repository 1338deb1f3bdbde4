using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.TestingHost;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>A real silo with real grains and a real ledger, but with fake trainers.</summary>
internal sealed class SweepCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly SweepLedger _ledger;
    private readonly JoinedNode _node;

    private SweepCluster(InProcessTestCluster cluster, SweepLedger ledger, JoinedNode node) =>
        (_cluster, _ledger, _node) = (cluster, ledger, node);

    public LedgerReader Reader => _ledger.Reader;

    public LedgerWriter Writer => _ledger.Writer;

    /// <summary>The registry that admits nodes.</summary>
    public OpenRegistry Registry { get; init; } = new();

    public IGrainFactory Grains => _cluster.Client;

    public ISchedulerGrain Scheduler => Grains.GetGrain<ISchedulerGrain>(0);

    /// <summary>Starts a silo on the new or existing ledger of a folder, and a node that joins it.</summary>
    public static async Task<SweepCluster> StartAsync(
        string folder, ITrainerLauncher launcher, TimeProvider? time = null, Action<ClusterTiming>? change = null,
        TimeSpan? ledgerTimeout = null, ILogKeeper? keeper = null)
    {
        var clock = time ?? TimeProvider.System;
        var ledger = await SweepLedger.OpenAsync(Path.Combine(folder, "ledger.db"), clock, lockTimeout: ledgerTimeout);
        var registry = new OpenRegistry();
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddSweeps();
            silo.Services.AddSingleton(clock);
            silo.Services.AddSingleton<INodeRegistry>(registry);
            if (keeper is not null) silo.Services.AddSingleton(keeper);
            silo.Services.AddSingleton(ledger.Reader);
            silo.Services.AddSingleton(ledger.Writer);
            silo.Services.Configure<ClusterTiming>(timing =>
            {
                timing.SyncEvery = TimeSpan.FromMilliseconds(50);
                change?.Invoke(timing);
            });
        });
        builder.ConfigureClient(client =>
            client.Services.AddSerializer(static serializer => serializer.AddSweepRecords()));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new SweepCluster(
            cluster, ledger, JoinedNode.Start(cluster.Client, "node", launcher))
        { Registry = registry };
    }

    public Task<RecordedRevision> SubmitAsync(SweepSubmission sweep) =>
        Grains.GetGrain<ISweepGrain>(sweep.Name).SubmitAsync(sweep);

    /// <summary>Waits until a sweep's progress meets a condition.</summary>
    public async Task<SweepProgress> UntilAsync(string sweep, Func<SweepProgress, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        SweepProgress? progress = null;
        try
        {
            while (await tick.WaitForNextTickAsync(limit.Token))
            {
                progress = await Reader.FindProgressAsync(sweep);
                if (progress is not null && condition(progress)) return progress;
            }
        }
        catch (OperationCanceledException)
        {
            var trials = progress?.Trials.Select(static t => $"{t.State} attempt {t.Attempt} {t.Reason}") ?? [];
            Assert.Fail($"the sweep did not reach the expected state; its trials: {string.Join(", ", trials)}");
        }

        return progress!;
    }

    /// <summary>Waits until a trial is in a state. The trial need not belong to a sweep.</summary>
    public async Task UntilTrialAsync(TrialKey trial, TrialState state)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while ((await Reader.FindTrialAsync(trial))?.State != state) await tick.WaitForNextTickAsync(limit.Token);
    }

    public Task<SweepProgress> UntilSettledAsync(string sweep) => UntilAsync(
        sweep, static progress =>
            progress.Trials.All(static t => t.State is not (TrialState.Waiting or TrialState.Running)));

    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _cluster.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    /// <summary>A sweep of the given number of trials, which differ in their seeds.</summary>
    public static SweepSubmission Sweep(
        string name, int trials, int priority = 0, int maxAttempts = 3, int firstSeed = 1)
    {
        var specs = Enumerable.Range(firstSeed, trials)
            .Select(static seed => new TrialSpec { Epochs = 2, DataDigest = "none", Seed = seed });
        var table = new TableSpec
        {
            Title = name,
            Columns = [TableColumn.Top1],
            Rows = [new TableRowSpec { Label = "all", Where = new Dictionary<string, string>() }],
        };
        var run = new RunSpec { Priority = priority, MaxAttempts = maxAttempts, Backoff = TimeSpan.FromSeconds(0.01) };
        return new SweepSubmission(
            name, "", table, run, [.. specs.Select(static spec => new KeyedTrial(TrialKey.Of(spec), spec))]);
    }
}
