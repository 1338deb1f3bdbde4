using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>Why a trial is in its state.</summary>
/// <param name="Kind">The reason.</param>
/// <param name="Words">The reason with details, for people.</param>
public sealed record TrialReason(ReasonKind Kind, string Words)
{
    /// <summary>The reason's text for a starting trial whose trainer has not reported what it is doing.</summary>
    internal const string Starts = "starting";

    /// <summary>Finds the reason; null for a trial that is finished or trains.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="desiredState">The desired state of the sweep that is shown.</param>
    /// <param name="hasHead">True when an sbnn runs on the home.</param>
    /// <param name="home">Facts outside the ledger.</param>
    /// <param name="time">The clock, with the time zone for messages.</param>
    public static TrialReason? Of(
        TrialProgress trial, DesiredState desiredState, bool hasHead, IHomeFacts home, TimeProvider time) =>
            trial.State switch
            {
                TrialState.Waiting => OfWaiting(trial, desiredState, hasHead, home, time),
                TrialState.Running => OfRunning(trial, desiredState, hasHead, home),
                TrialState.Failed => new TrialReason(ReasonKind.AttemptFailed, trial.Reason ?? "the trial failed"),
                TrialState.Withdrawn => desiredState switch
                {
                    DesiredState.Paused => new TrialReason(ReasonKind.SweepPaused, "the sweep is paused"),
                    DesiredState.Cancelled => new TrialReason(ReasonKind.SweepCancelled, "the sweep is cancelled"),
                    _ => new TrialReason(ReasonKind.NotNeeded, "no active sweep needs the trial"),
                },
                _ => null,
            };

    private static TrialReason OfWaiting(
        TrialProgress trial, DesiredState desiredState, bool hasHead, IHomeFacts home, TimeProvider time)
    {
        var after = trial.Reason is { } reason ? $"attempt {trial.Attempt}: {reason}" : null;
        if (!hasHead)
            return new TrialReason(ReasonKind.NoHead, Wording.Listed("; ", after, "sbnn is not running on this home"));
        if (trial.NotBefore is { } end && end > time.GetUtcNow())
        {
            var local = TimeZoneInfo.ConvertTime(end, time.LocalTimeZone);
            return new TrialReason(ReasonKind.Backoff,
                Wording.Listed("; ", after,
                    string.Create(CultureInfo.InvariantCulture, $"retrying at {local:HH:mm:ss}")));
        }

        var (kind, what) = home.WhyNoSlots() is { } none ? (ReasonKind.NoNode, $"for a node: {none}")
            : home.WhyWaits(trial) is { } wait ? (KindOf(wait.Cause), wait.Words)
            : trial.RunsAlone
            ? (ReasonKind.IdleNode, "for an idle node, because the trial ran out of memory")
            : (ReasonKind.FreeSlot, "for a free slot");
        return new TrialReason(
            kind, $"{(after is null ? "" : $"{after}; waits ")}{what}{ForOther(trial, desiredState)}");
    }

    private static ReasonKind KindOf(WaitCause cause) => cause switch
    {
        WaitCause.FreeSlot => ReasonKind.FreeSlot,
        WaitCause.IdleDevice => ReasonKind.IdleNode,
        WaitCause.GpuMemory => ReasonKind.GpuMemory,
        WaitCause.NoDevice => ReasonKind.NoDevice,
        _ => throw new InvalidOperationException($"no kind of reason for {cause}"),
    };

    private static TrialReason? OfRunning(TrialProgress trial, DesiredState desiredState, bool hasHead, IHomeFacts home)
    {
        if (!hasHead)
        {
            return home.IsTraining(trial.AttemptId)
                ? new TrialReason(ReasonKind.TrainerOnItsOwn,
                    "sbnn has ended, but the trial's trainer still runs; the next run adopts the trainer")
                : new TrialReason(
                    ReasonKind.TrainerGone,
                    "the trial's trainer has ended; the next run resumes from the last checkpoint");
        }

        if (trial.NeededBy is null)
            return new TrialReason(ReasonKind.Stopping, "stopping, because no active sweep needs the trial");
        if (desiredState != DesiredState.Active)
            return new TrialReason(ReasonKind.OtherSweep, $"runs{ForOther(trial, desiredState)}");
        return trial.Epoch == 0 ? new TrialReason(ReasonKind.Starting, trial.Doing ?? Starts) : null;
    }

    private static string ForOther(TrialProgress trial, DesiredState desiredState) =>
        desiredState == DesiredState.Active || trial.NeededBy is null ? "" : $", for sweep {trial.NeededBy}";
}
