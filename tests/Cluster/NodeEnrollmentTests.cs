using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Tests which nodes a head accepts, and which calls a node may make once it has joined.</summary>
public sealed class NodeEnrollmentTests : IDisposable
{
    private static readonly NodeName Name = new("gpu-1");
    private readonly string _folder = Directory.CreateTempSubdirectory("sbnn-cluster-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Hello_IsRefusedNamingBothBuilds_WhenProtocolOrRecipesDiffer()
    {
        await using var cluster = await StartAsync();

        var protocol = await HelloAsync(cluster, Hello("a") with { Protocol = "0", Build = "0.0.9+old" });
        var recipes = await HelloAsync(cluster, Hello("a") with { Recipes = new string('0', 64), Build = "0.2.0+new" });

        Assert.Equal(
            $"the node uses protocol 0 (allowed: {NodeProtocol.Version}); its build is 0.0.9+old; install the head's "
                + "build, "
                + $"{NodeProtocol.Build}, on the node", protocol.Refusal);
        Assert.Equal(
            "the node's hyperparameters or recipe versions differ from the head's, so its results would differ, too; "
                + "its build "
                + $"is 0.2.0+new; install the head's build, {NodeProtocol.Build}, on the node", recipes.Refusal);
    }

    [Fact]
    public async Task Hello_IsAccepted_WhenOnlyTheBuildDiffers()
    {
        await using var cluster = await StartAsync();

        Assert.NotNull((await HelloAsync(cluster, Hello("a") with { Build = "0.1.1+other" })).Session);
    }

    [Fact]
    public async Task Hello_CanBeRead_WhenAnotherBuildSendsMoreOrFewerFields()
    {
        await using var cluster = await StartAsync();
        var more = Hello("a").ToWords();
        more.Add("favourite-colour", "green");
        var less = Hello("a").ToWords();
        less.Remove("recipes");

        Assert.NotNull(NodeAnswer.Of(await cluster.Grains.GetGrain<INodeGrain>(Name.Value).HelloAsync(more)).Session);
        Assert.Contains("lacks a field",
            NodeAnswer.Of(await cluster.Grains.GetGrain<INodeGrain>(Name.Value).HelloAsync(less)).Refusal!,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hello_IsRefused_WhileAnotherMachineHoldsTheName()
    {
        var clock = new JumpingClock();
        await using var cluster = await StartAsync(clock);
        await HelloAsync(cluster, Hello("a"));

        var early = await HelloAsync(cluster, Hello("b"));
        clock.Jump(TimeSpan.FromMinutes(17));
        var late = await HelloAsync(cluster, Hello("b"));

        Assert.StartsWith($"another machine joined as '{Name}' and was heard ", early.Refusal,
            StringComparison.Ordinal);
        Assert.NotNull(late.Session);
    }

    [Fact]
    public async Task Hello_ReplacesTheEarlierProcessAndRefusesItAfterwards_WhenBothUseTheSameHome()
    {
        await using var cluster = await StartAsync();
        var (first, second) = (Hello("a"), Hello("a"));
        var before = (await HelloAsync(cluster, first)).Session!;

        var after = (await HelloAsync(cluster, second)).Session!;

        var node = cluster.Grains.GetGrain<INodeGrain>(Name.Value);
        await Assert.ThrowsAsync<NoSuchSessionException>(() =>
            node.FindOrderAsync(before, new AttemptId(new TrialKey(new string('0', 64)), 1)));
        Assert.Equal($"a later process of the same home has joined as '{Name}'; stop one of the two processes",
            (await HelloAsync(cluster, first)).Refusal);
        Assert.NotEqual(after, before);
    }

    [Fact]
    public async Task Report_ChangesNothing_WhenAnotherNodeHoldsTheAttempt()
    {
        await using var cluster = await StartAsync();
        await using var node =
            JoinedNode.Start(cluster.Grains, "gpu-2", new FakeLauncher(1, static _ => new FakeTrainer()));
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        var trial = (await cluster.UntilAsync("sweep", static p => p.Trials[0].State == TrialState.Running)).Trials[0];
        var stranger = cluster.Grains.GetGrain<INodeGrain>(Name.Value);
        var session = (await HelloAsync(cluster, Hello("a"))).Session!;
        var result = Results.Of(trial.Key, trial.Spec, correct: 1);

        var order = await stranger.FindOrderAsync(session, new AttemptId(trial.Key, 1));
        var answer = await stranger.ReportAsync(
            session, trial.Key,
            new AttemptReport(
                1, [.. Results.Events(result)], new AttemptEnd(AttemptEnding.Completed, "finished", 0, null, result)));

        Assert.Null(order);
        Assert.True(answer.Stale);
        var after = (await cluster.Reader.FindProgressAsync("sweep"))!.Trials[0];
        Assert.Equal((TrialState.Running, 0), (after.State, after.Epoch));
    }

    [Fact]
    public async Task Node_StopsItsTrainersAndFailsNoTrial_WhenItIsRefused()
    {
        var trainer = new FakeTrainer();
        await using var cluster = await StartAsync();
        var launched = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var node = JoinedNode.Start(cluster.Grains, Name.Value, new FakeLauncher(1, Launch), Hello("a"));
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await launched.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        await using var copy =
            JoinedNode.Start(cluster.Grains, Name.Value,
                new FakeLauncher(1, static order => FakeTrainer.Finished(order)), Hello("a"));

        await trainer.StopRequested.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var settled = await cluster.UntilSettledAsync("sweep");
        Assert.Equal(TrialState.Finished, settled.Trials[0].State);

        FakeTrainer Launch(TrainerOrder order)
        {
            launched.TrySetResult();
            return trainer;
        }
    }

    [Fact]
    public async Task Hello_IsRefused_WhenTrainersOutliveTheLease()
    {
        await using var cluster = await StartAsync();

        var answer = await HelloAsync(cluster, Hello("a") with { Grace = TimeSpan.FromMinutes(20) });

        Assert.Equal(
            "the node's trainers continue for 20 min 0 s without the node, but this head restarts its trials on other "
                + "nodes "
            + "after 16 min 0 s; start the node with a shorter --grace",
            answer.Refusal);
    }

    [Fact]
    public async Task Session_Ends_WhenTheNodeIsRemoved()
    {
        await using var cluster = await StartAsync();
        var session = (await HelloAsync(cluster, Hello("a"))).Session!;

        cluster.Registry.Remove(Name);

        var node = cluster.Grains.GetGrain<INodeGrain>(Name.Value);
        await Assert.ThrowsAsync<NoSuchSessionException>(
            () => node.FindOrderAsync(session, new AttemptId(new TrialKey(new string('0', 64)), 1)));
        Assert.Equal("removed", (await HelloAsync(cluster, Hello("a"))).Refusal);
    }

    [Fact]
    public async Task LeaveAsync_StopsTrainers_AndTheirTrialsStartOnAnotherNodeImmediately()
    {
        await using var cluster = await StartAsync();
        var (trainer, launcher) = LongRunningTrainer();
        await using var leaving = JoinedNode.Start(cluster.Grains, Name.Value, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await launcher.Launching.WaitAsync(Timeout, TestContext.Current.CancellationToken);
        await using var other = StartOther(cluster);

        await leaving.LeaveAsync().WaitAsync(Timeout, TestContext.Current.CancellationToken);

        Assert.True(trainer.IsStopRequested);
        var settled = await cluster.UntilSettledAsync("sweep");
        Assert.Equal((TrialState.Finished, 2), (settled.Trials[0].State, settled.Trials[0].Attempt));
    }

    [Fact]
    public async Task LeaveAsync_StopsATrainer_WhileItIsBeingLaunched()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var cluster = await StartAsync();
        var (trainer, launcher) = LongRunningTrainer(gate.Task);
        await using var node = JoinedNode.Start(cluster.Grains, Name.Value, launcher);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await launcher.Launching.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        var leaving = node.LeaveAsync();
        gate.SetResult();
        await leaving.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        Assert.True(trainer.IsStopRequested);
    }

    [Fact]
    public async Task Drain_MovesTrialsToOtherNodes_AndAssignsNone_UntilItIsUndone()
    {
        await using var cluster = await StartAsync();
        var stays = new FakeTrainer();
        var drained = new FakeLauncher(1, order => order.Id.Attempt == 1 ? stays : FakeTrainer.Finished(order));
        await using var node = JoinedNode.Start(cluster.Grains, Name.Value, drained);
        await cluster.SubmitAsync(SweepCluster.Sweep("sweep", 1));
        await drained.Launching.WaitAsync(Timeout, TestContext.Current.CancellationToken);

        cluster.Registry.Drain(Name, isDraining: true);

        await cluster.UntilAsync("sweep", static progress => progress.Trials[0].State == TrialState.Waiting);
        Assert.True(stays.IsStopRequested);
        Assert.Single(drained.Launched);
        cluster.Registry.Drain(Name, isDraining: false);
        var settled = await cluster.UntilSettledAsync("sweep");
        Assert.Equal((TrialState.Finished, 2), (settled.Trials[0].State, settled.Trials[0].Attempt));
    }

    private static TimeSpan Timeout => TimeSpan.FromMinutes(1);

    // Creates a trainer that runs until a stop is requested, and a launcher that launches it.
    private static (FakeTrainer Trainer, FakeLauncher Launcher) LongRunningTrainer(Task? gate = null)
    {
        var trainer = new FakeTrainer();
        return (trainer, new FakeLauncher(1, _ => trainer) { Gate = gate ?? Task.CompletedTask });
    }

    private static JoinedNode StartOther(SweepCluster cluster) =>
        JoinedNode.Start(cluster.Grains, "gpu-2", new FakeLauncher(1, static order => FakeTrainer.Finished(order)));

    // The head's own node has no slots, so trials run only on nodes that join.
    private Task<SweepCluster> StartAsync(TimeProvider? time = null) =>
        SweepCluster.StartAsync(_folder, new FakeLauncher(0, static _ => new FakeTrainer()), time);

    private static NodeHello Hello(string identity) =>
        NodeHello.OfThisProcess(Name, identity, secret: "", TimeSpan.Zero);

    private static async Task<NodeAnswer> HelloAsync(SweepCluster cluster, NodeHello hello) =>
        NodeAnswer.Of(await cluster.Grains.GetGrain<INodeGrain>(Name.Value).HelloAsync(hello.ToWords()));
}
