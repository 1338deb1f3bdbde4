using System.Collections.Concurrent;
using System.Text;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Tests how the head reads logs on nodes. Fake observers replace the nodes.</summary>
public sealed class NodeLogsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Read_ReturnsTheNodesLog_WhileTheNodeAnswers()
    {
        var attempt = new AttemptId(new TrialKey(new string('a', 64)), 2);
        await using var cluster = await SweepCluster.StartAsync(
            _folder, new FakeLauncher(1, static _ => new FakeTrainer()));
        var logs = cluster.Grains.GetGrain<INodeLogs>("gpu");
        Assert.Null(await logs.ReadAsync(attempt, LogFile.Stderr, 0, 10));

        await using (var node = JoinedNode.Start(
            cluster.Grains, "gpu", new FakeLauncher(1, static _ => new FakeTrainer()), logs: new EchoLogs()))
        {
            await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 2));
            // When the trials run, the node has synchronised and its observer is known to the head.
            await cluster.UntilAsync(
                "sweep", static progress => progress.Trials.All(static trial => trial.State == TrialState.Running));

            var part = (await logs.ReadAsync(attempt, LogFile.Stderr, 5, 100))!;
            Assert.Equal((5, $"{attempt} Stderr 5 100"), (part.Offset, Encoding.UTF8.GetString(part.Bytes)));
        }
    }

    [Fact]
    public async Task Report_ArchivesTheEndsOfTheLogs_BeforeTheNodeIsAnswered()
    {
        var keeper = new RememberingKeeper();
        var launcher = new FakeLauncher(1, static order => FakeTrainer.Finished(order));
        await using var cluster = await SweepCluster.StartAsync(
            _folder, new FakeLauncher(0, static _ => new FakeTrainer()), keeper: keeper);
        await using var node = JoinedNode.Start(cluster.Grains, "gpu", launcher, logs: new EchoLogs());

        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await cluster.UntilSettledAsync("sweep");
        await launcher.Trainers[0].Disposed;

        var id = launcher.Launched[0];
        Assert.Equal(
            [$"{id} Stderr {-LogPart.MaxBytes} {LogPart.MaxBytes}",
                $"{id} Stdout {-LogPart.MaxBytes} {LogPart.MaxBytes}"],
            keeper.Kept.Order(StringComparer.Ordinal));
    }

    private sealed class EchoLogs : IAttemptLogs
    {
        public Task<LogPart?> ReadAsync(AttemptId attempt, LogFile file, long offset, int max) =>
            Task.FromResult<LogPart?>(new LogPart(offset, Encoding.UTF8.GetBytes($"{attempt} {file} {offset} {max}")));
    }

    private sealed class RememberingKeeper : ILogKeeper
    {
        public ConcurrentBag<string> Kept { get; } = [];

        public async Task KeepAsync(AttemptId attempt, Func<LogFile, Task<LogPart?>> read)
        {
            foreach (var file in (LogFile[])[LogFile.Stdout, LogFile.Stderr])
                Kept.Add(Encoding.UTF8.GetString((await read(file))!.Bytes));
        }
    }
}
