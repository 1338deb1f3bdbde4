using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>Launches fake trainers: the test decides what each attempt does.</summary>
internal sealed class FakeLauncher(int slots, Func<TrainerOrder, FakeTrainer> start) : ITrainerLauncher
{
    private readonly TaskCompletionSource _launching = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private readonly List<(TrainerOrder Order, FakeTrainer Trainer)> _launched = [];

    public NodeOffer Offer { get; set; } = NodeOffer.OfCpu(slots);

    public IReadOnlyList<string> LackedImages { get; set; } = [];

    /// <summary>The launched attempts, in order.</summary>
    public IReadOnlyList<AttemptId> Launched => [.. Orders.Select(static order => order.Id)];

    /// <summary>The specs of the launched attempts.</summary>
    public IReadOnlyList<TrainerOrder> Orders
    {
        get { lock (_gate) return [.. _launched.Select(static l => l.Order)]; }
    }

    /// <summary>The trainers of the launched attempts.</summary>
    public IReadOnlyList<FakeTrainer> Trainers
    {
        get { lock (_gate) return [.. _launched.Select(static l => l.Trainer)]; }
    }

    /// <summary>Launches wait for this task.</summary>
    public Task Gate { get; init; } = Task.CompletedTask;

    /// <summary>Completes when the first launch begins.</summary>
    public Task Launching => _launching.Task;

    public async Task<ITrainer> LaunchAsync(TrainerOrder order, Action changed, CancellationToken cancellation)
    {
        _launching.TrySetResult();
        await Gate;
        var trainer = start(order);
        lock (_gate) _launched.Add((order, trainer));
        trainer.Changed = changed;
        if (trainer.FindEnd() is not null) changed();
        return trainer;
    }

    public Task<ITrainer?> FindAsync(AttemptId attempt, CancellationToken cancellation) =>
        Task.FromResult<ITrainer?>(null);
}

/// <summary>A trainer with the events and the end that a test sets.</summary>
internal sealed class FakeTrainer : ITrainer
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _forgotten = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<TrainerEvent> _events = [];
    private AttemptEnd? _end;

    public Action Changed { get; set; } = static () => { };

    public bool IsPruned { get; private set; }

    public bool StopAsked => _asked.Task.IsCompleted;

    /// <summary>Completes when the trainer is asked to stop.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Completes when the node has reported the trainer's end and disposes the trainer.</summary>
    public Task Forgotten => _forgotten.Task;

    /// <summary>False: when the trainer is asked to stop, the test decides when it stops.</summary>
    public bool LeavesWhenAsked { get; init; } = true;

    /// <summary>A trainer that has written all its events and its result.</summary>
    public static FakeTrainer Finished(TrainerOrder order, int correct = 90)
    {
        var result = Results.Of(order.Id.Trial, order.Spec, correct);
        var trainer = new FakeTrainer();
        trainer.Write([.. Results.Events(result)]);
        trainer.End(new AttemptEnd(AttemptEnding.Completed, "finished", 0, null, result));
        return trainer;
    }

    /// <summary>
    /// A trainer that ends without a result; with <paramref name="checkpoint"/>, after having made progress.
    /// </summary>
    public static FakeTrainer Ended(AttemptEnding ending, bool checkpoint = false)
    {
        var trainer = new FakeTrainer();
        if (checkpoint)
            trainer.Write(new CheckpointWritten { Sequence = 1, At = DateTimeOffset.UnixEpoch, Epoch = 1, Step = 0 });
        trainer.End(new AttemptEnd(ending, $"ended by the test: {ending}", 1, "last words"));
        return trainer;
    }

    public void Write(params TrainerEvent[] events)
    {
        lock (_gate) _events = [.. _events, .. events];
        Changed();
    }

    public void End(AttemptEnd end)
    {
        lock (_gate) _end = end;
        Changed();
    }

    public IReadOnlyList<TrainerEvent> ReadEvents(long after)
    {
        lock (_gate) return [.. _events.Where(e => e.Sequence > after)];
    }

    public AttemptEnd? FindEnd()
    {
        lock (_gate) return _end;
    }

    public TimeSpan HangAfter { get; set; }

    public GpuUse? Gpu { get; set; }

    public void RenewLease()
    {
    }

    public void Stop()
    {
        _asked.TrySetResult();
        if (LeavesWhenAsked) End(new AttemptEnd(AttemptEnding.Stopped, "stopped by request", 143));
    }

    public void Prune() => IsPruned = true;

    public ValueTask DisposeAsync()
    {
        _forgotten.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
