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

    /// <summary>The orders of the launched attempts.</summary>
    public IReadOnlyList<TrainerOrder> Orders
    {
        get { lock (_gate) return [.. _launched.Select(static l => l.Order)]; }
    }

    /// <summary>The trainers of the launched attempts.</summary>
    public IReadOnlyList<FakeTrainer> Trainers
    {
        get { lock (_gate) return [.. _launched.Select(static l => l.Trainer)]; }
    }

    /// <summary>Each launch waits for this task before it returns its trainer.</summary>
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

/// <summary>A trainer whose events and end are set by a test.</summary>
internal sealed class FakeTrainer : ITrainer
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _stopRequested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<TrainerEvent> _events = [];
    private AttemptEnd? _end;

    public Action Changed { get; set; } = static () => { };

    public bool IsPruned { get; private set; }

    public bool IsStopRequested => _stopRequested.Task.IsCompleted;

    /// <summary>Completes when the node requests the trainer to stop.</summary>
    public Task StopRequested => _stopRequested.Task;

    /// <summary>Completes when the node disposes the trainer, after the node has reported the trainer's end.</summary>
    public Task Disposed => _disposed.Task;

    /// <summary>True: the trainer ends when a stop is requested. False: the test ends the trainer.</summary>
    public bool StopsWhenRequested { get; init; } = true;

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
    /// A trainer that ends without a result. With <paramref name="checkpoint"/>, it writes a checkpoint before its end.
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
        _stopRequested.TrySetResult();
        if (StopsWhenRequested) End(new AttemptEnd(AttemptEnding.Stopped, "stopped by request", 143));
    }

    public void Prune() => IsPruned = true;

    public ValueTask DisposeAsync()
    {
        _disposed.TrySetResult();
        return ValueTask.CompletedTask;
    }
}
