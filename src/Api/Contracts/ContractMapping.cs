using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Converts between the ledger's records and the API's contracts.</summary>
public static class ContractMapping
{
    /// <summary>Converts the ledger's summary of a sweep to the API's document.</summary>
    public static Sweep ToContract(this SweepSummary sweep) => new()
    {
        Name = sweep.Name,
        Revision = sweep.Revision,
        DesiredState = sweep.DesiredState,
        Priority = sweep.Priority,
        Counts = sweep.Counts,
        TimeLeft = sweep.TimeLeft,
    };

    /// <summary>Converts a view of a trial to the API's document.</summary>
    public static Trial ToContract(this TrialView view)
    {
        var trial = view.Progress;
        return new Trial
        {
            Key = trial.Key,
            Spec = trial.Spec,
            State = trial.State,
            Reason = view.Reason is { } reason ? new StateReason { Kind = reason.Kind, Text = reason.Words } : null,
            Attempt = trial.Attempt,
            AttemptEnd = trial.Reason,
            NotBefore = trial.NotBefore,
            Node = trial.Node,
            RunsAlone = trial.RunsAlone,
            Epoch = trial.Epoch,
            Correct = trial.Correct,
            Total = trial.Total,
            Ones = trial.Ones,
            Weights = trial.Weights,
            EpochTime = trial.EpochTime,
            KeptWeights = KeptWeights.Of(trial.BestWeights, trial.LastWeights),
            Failure = trial.Failure is not { } failure
                ? null
                : new FailedAttempt
                {
                    Ending = failure.Ending,
                    ExitCode = failure.ExitCode,
                    Signal = failure.Signal,
                    Stderr = failure.StderrTail,
                    Logs = view.Logs ?? "",
                },
        };
    }

    /// <summary>Converts a trial of a sweep, with its position in the sweep's grid.</summary>
    public static Trial ToItem(this TrialView view) => view.ToContract() with { Position = view.Progress.Order };

    /// <summary>The names of the hyperparameters that vary among a sweep's trials.</summary>
    public static IReadOnlyList<string> Varying(this SweepView sweep) =>
        [.. sweep.Labels.Varying.Select(static parameter => parameter.Name)];

    /// <summary>Converts a head's answer about a sweep to the ledger's record.</summary>
    public static SweepSummary ToSummary(this Sweep sweep) => new()
    {
        Name = sweep.Name,
        Revision = sweep.Revision,
        DesiredState = sweep.DesiredState,
        Priority = sweep.Priority,
        Counts = sweep.Counts,
        TimeLeft = sweep.TimeLeft,
    };

    /// <summary>Converts a head's answer about a trial of a sweep to a view.</summary>
    /// <param name="trial">The trial.</param>
    public static TrialView ToView(this Trial trial) => new(
        new TrialProgress
        {
            Key = trial.Key,
            Spec = trial.Spec,
            State = trial.State,
            Order = trial.Position ?? 0,
            Attempt = trial.Attempt,
            Reason = trial.AttemptEnd,
            NotBefore = trial.NotBefore,
            RunsAlone = trial.RunsAlone,
            Node = trial.Node,
            Doing = trial.Reason is { Kind: ReasonKind.Starting } starting && starting.Text != TrialReason.Starts
                ? starting.Text
                : null,
            Epoch = trial.Epoch,
            Correct = trial.Correct,
            Total = trial.Total,
            Ones = trial.Ones,
            Weights = trial.Weights,
            EpochTime = trial.EpochTime,
            BestWeights = trial.KeptWeights?.Best,
            LastWeights = trial.KeptWeights?.Last,
            Failure = trial.Failure is { } failure
                ? new TrialFailure { Ending = failure.Ending, ExitCode = failure.ExitCode, StderrTail = failure.Stderr }
                : null,
        },
        trial.Reason is { } reason ? new TrialReason(reason.Kind, reason.Text) : null,
        trial.Failure?.Logs);

    /// <summary>Converts the outcome of recording a submission to the API's answer.</summary>
    public static SubmittedSweep ToContract(this RecordedRevision revision) => new()
    {
        Revision = revision.Revision,
        NewTrials = revision.NewTrials,
        Waiting = revision.Counts.Waiting,
        Running = revision.Counts.Running,
        Finished = revision.Counts.Finished,
        Failed = revision.Counts.Failed,
        Withdrawn = revision.Withdrawn,
        Stopping = revision.Stopping,
        DesiredStateBefore = revision.DesiredStateBefore,
    };

    /// <summary>Converts the outcome of changing a desired state to the API's answer.</summary>
    public static ChangedDesiredState ToContract(this DesiredStateChange change) => new()
    {
        Before = change.Before,
        Now = change.Now,
        Withdrawn = change.Withdrawn,
        Stopping = change.Stopping,
        Requeued = change.Requeued,
        Finished = change.Finished,
    };

    /// <summary>Converts a submission to the API's request that a client sends for it.</summary>
    public static SubmitSweepRequest ToRequest(this SweepSubmission submission) => new()
    {
        Name = submission.Name,
        SpecText = submission.SpecText,
        Table = submission.Table,
        Run = submission.Run,
        Trials = submission.Trials,
        TraceParent = submission.TraceParent,
    };

    /// <summary>Converts the API's request to the submission that the ledger records.</summary>
    public static SweepSubmission ToSubmission(this SubmitSweepRequest request) =>
        new(request.Name, request.SpecText, request.Table, request.Run,
            request.Trials)
        { TraceParent = request.TraceParent };

    /// <summary>Converts a view of a node to the API's document.</summary>
    public static Node ToContract(this NodeView node) => new()
    {
        Name = node.Name.Value,
        State = node.State,
        Reason = node.Reason,
        Slots = node.Heard?.Offer.Slots,
        TakenSlots = node.Heard is null ? null : node.TakenOnCpu + node.Gpus.Sum(static gpu => gpu.Taken),
        Threads = node.Heard?.Offer.Threads,
        DeviceClass = node.Heard?.Offer.DeviceClass,
        Gpus = node.Heard is null ? null : [.. node.Gpus.Select(static gpu => ToContract(gpu.Gpu, gpu.Taken))],
        DiskMiB = node.Heard?.Offer.DiskMiB,
        FreeDiskMiB = node.Heard?.Offer.FreeDiskMiB,
        Build = node.Heard?.Build,
        HeardAt = node.Heard?.HeardAt,
    };

    private static NodeGpu ToContract(GpuOffer gpu, int taken) => new()
    {
        Uuid = gpu.Uuid,
        Model = gpu.Model,
        Slots = gpu.Slots,
        DeviceClass = gpu.DeviceClass,
        TakenSlots = taken,
        MemoryMiB = gpu.MemoryMiB,
        UsedMiB = gpu.UsedMiB,
        OtherProgramsMiB = gpu.OtherProgramsMiB,
        UtilizationPercent = gpu.UtilizationPercent,
    };
}
