using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Passes messages to a <see cref="Schedule"/> and executes its commands. The grain has no other state: after a crash
/// the whole state is rebuilt from the ledger and the nodes' reports.
/// </summary>
[KeepAlive]
internal sealed partial class SchedulerGrain(
    LedgerReader ledger, GrainInstruments instruments, NodeBoard nodes, WaitingBoard waiting,
    IOptions<ClusterTiming> timing, TimeProvider time, ILogger<SchedulerGrain> logger)
    : Grain, ISchedulerGrain
{
    private readonly Schedule _schedule =
        new(timing.Value.NodeLease, timing.Value.LongestBackoff, ClockReading.Of(time));

    private ClockReading Now => ClockReading.Of(time);

    private ISchedulerGrain Self => this.AsReference<ISchedulerGrain>();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var load = _schedule.BeginLoad();
        Execute(_schedule.Loaded(load, await ledger.ReadOpenAsync(), Now));
        this.RegisterGrainTimer(
            TickAsync, new() { DueTime = timing.Value.SyncEvery, Period = timing.Value.SyncEvery, Interleave = true });
    }

    // This call is not interleaved, so that there is one load at a time and each caller waits for a load that includes
    // its change.
    public async Task RefreshAsync()
    {
        var load = _schedule.BeginLoad();
        try
        {
            Execute(_schedule.Loaded(load, await ledger.ReadOpenAsync(), Now));
        }
        catch (LedgerUnavailableException error)
        {
            LogNotLoaded(error.Message); // The caller's change is in the ledger: the next tick requests another load.
            Execute(_schedule.LoadFailed(load));
        }
    }

    public Task<NodeOrders> SyncAsync(NodeReport report)
    {
        Execute(_schedule.NodeReported(report.Node, report.Offer, report.LackedImages, Now));
        return Task.FromResult(_schedule.OrdersFor(report.Node));
    }

    public Task LeaveAsync(NodeName node, string how)
    {
        Execute(_schedule.NodeLeft(node, how, Now));
        return Task.CompletedTask;
    }

    public Task EndedAsync(AttemptId attempt, AttemptFollowUp followUp)
    {
        Execute(_schedule.Ended(attempt, followUp, Now));
        return Task.CompletedTask;
    }

    public Task MeasuredAsync(ShapePeak peak)
    {
        Execute(_schedule.Measured(peak, Now));
        return Task.CompletedTask;
    }

    public Task DrainAsync()
    {
        Execute(_schedule.Drain(Now));
        return Task.CompletedTask;
    }

    public Task<int> CountOccupiedAsync() => Task.FromResult(_schedule.Indexes.Slots.Occupied);

    public Task<int> CountWaitingAsync(TimeSpan atLeast) => Task.FromResult(_schedule.CountWaiting(atLeast, Now));

    private Task TickAsync(CancellationToken cancellation)
    {
        Execute(_schedule.Tick(Now));
        waiting.Set(_schedule.ExplainWaiting());
        nodes.RecordTaken(_schedule.Indexes.Slots.Devices);
        return Task.CompletedTask;
    }

    // Commands are not awaited. The result of a command arrives as a message, or a later tick repeats the command.
    private void Execute(ScheduleChange change)
    {
        instruments.Observe(_schedule.Indexes);
        foreach (var command in change.Commands) _ = ExecuteAsync(command);
    }

    private Task ExecuteAsync(ScheduleCommand command) => command switch
    {
        StartAttempt start => StartAsync(start),
        LoseAttempt lose => LoseAsync(lose),
        PokeNode poke => GrainFactory.GetGrain<INodeGrain>(poke.Node.Value).PokeAsync(),
        LoadOpenTrials => Self.RefreshAsync(),
        _ => throw new InvalidOperationException($"unknown command {command}"),
    };

    private async Task StartAsync(StartAttempt start)
    {
        try
        {
            var outcome = await TrialOf(start.Attempt).StartAsync(
                start.Attempt.Attempt, start.Place.Node, start.Place.Slot, start.Waited, start.Gpu);
            Execute(outcome == StartOutcome.Started ? _schedule.Started(start.Attempt, Now)
                : _schedule.StartRefused(start.Attempt, Now));
        }
        catch (Exception error)
        {
            LogStartFailed(LedgerUnavailableException.TraceOf(error), start.Attempt, start.Place.Node, error.Message);
            Execute(_schedule.StartFailed(start.Attempt, Now));
        }
    }

    private async Task LoseAsync(LoseAttempt lose)
    {
        LogLost(lose.Attempt, lose.Reason);
        try
        {
            await TrialOf(lose.Attempt).LoseAsync(lose.Attempt.Attempt, lose.Reason);
        }
        catch (Exception error)
        {
            LogNotLost(LedgerUnavailableException.TraceOf(error), lose.Attempt, error.Message);
        }
    }

    private ITrialGrain TrialOf(AttemptId attempt) => GrainFactory.GetGrain<ITrialGrain>(attempt.Trial.Hex);

    [LoggerMessage(LogLevel.Warning, "The scheduler could not read the ledger; retrying: {Reason}")]
    private partial void LogNotLoaded(string reason);

    [LoggerMessage(LogLevel.Error,
        "Attempt {Attempt} could not be started on node {Node}; reading the ledger again: {Reason}")]
    private partial void LogStartFailed(Exception? error, AttemptId attempt, NodeName node, string reason);

    [LoggerMessage(LogLevel.Warning, "Attempt {Attempt} is lost, and its trial waits again: {Reason}")]
    private partial void LogLost(AttemptId attempt, string reason);

    [LoggerMessage(LogLevel.Warning, "The loss of attempt {Attempt} could not be recorded; retrying: {Reason}")]
    private partial void LogNotLost(Exception? error, AttemptId attempt, string reason);
}
