using System.Runtime.InteropServices;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Telemetry;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// One attempt to train a trial: it takes the lock on its folder, trains, and reports its end by an event and an exit
/// code.
/// </summary>
internal sealed class Attempt(AttemptFolder folder, TimeProvider time)
{
    /// <summary>
    /// Runs until the result is written, or until <paramref name="stop"/> is cancelled. Returns a code of <see
    /// cref="TrainerExit"/>. Throws <see cref="BadInputException"/> when the assignment cannot be used, and other
    /// exceptions when the end of the attempt cannot be reported.
    /// </summary>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        var assignment = DurableFile.ReadJson<TrialAssignment>(folder.Assignment);
        using var held = FileLock.TryTake(folder.Lock);
        if (held is null)
        {
            Stderr.TryWriteLine(
                $"{folder.Lock}: another process holds the lock and trains in this folder; wait until that process "
                    + "ends");
            return TrainerExit.FolderHeld;
        }

        if (File.Exists(folder.Closed))
        {
            Stderr.TryWriteLine(
                $"{folder.Closed}: this attempt is over; to train this trial by hand, copy {folder.Assignment} to a "
                    + "new folder");
            return TrainerExit.FolderHeld;
        }

        DurableFile.RemoveLeftovers(folder.Path);
        var lease = new LeaseWatch(folder.Lease, assignment.LeaseGrace, time);
        if (DiskSpaceWait.WaitFor(folder, folder.Process,
            () => DurableFile.WriteJson(folder.Process,
                ProcessMark.Current() with { Folder = Posix.RealPathOf(folder.Path) }), assignment.WaitsForRoom, lease,
                time, stop) is { } noRoom)
            return ExitCodeOf(noRoom);
        if (File.Exists(folder.Result))
        {
            return DurableFile.ReadJson<TrialResult>(folder.Result).WhyNotOf(assignment.Trial) is { } why
                ? throw new BadInputException(
                    $"{folder.Result}: not a valid result of the trial in {folder.Assignment}: {why}; remove the "
                        + "result to train in this folder")
                : TrainerExit.Completed;
        }

        using var events = new EventLog(folder.Events, time);
        using var training = TrainerTelemetry.StartTraining(assignment);
        var (ending, reason) = await TrainAsync(assignment, events, stop);
        TrainerTelemetry.RecordEnding(training, ending, reason);
        if (ending == AttemptEnding.Completed) return TrainerExit.Completed;

        Stderr.TryWriteLine($"sbnn-trainer: {reason}");
        events.Append((sequence, at) =>
            new TrialFailed { Sequence = sequence, At = at, Ending = ending, Reason = reason });
        return ExitCodeOf(ending);
    }

    /// <summary>True for out-of-memory errors of torch (CPU or GPU) and of .NET.</summary>
    internal static bool IsOutOfMemory(Exception error) => error is OutOfMemoryException
        || (error is ExternalException && (error.Message.Contains("can't allocate memory", StringComparison.Ordinal)
            || error.Message.Contains("not enough memory", StringComparison.Ordinal)
            || error.Message.Contains("out of memory", StringComparison.Ordinal)));

    private static int ExitCodeOf(AttemptEnding ending) => ending switch
    {
        AttemptEnding.BadInput => TrainerExit.BadInput,
        AttemptEnding.Diverged => TrainerExit.Diverged,
        AttemptEnding.OutOfMemory => TrainerExit.OutOfMemory,
        AttemptEnding.LeaseExpired => TrainerExit.LeaseExpired,
        AttemptEnding.Crashed => TrainerExit.Crashed,
        _ => TrainerExit.Stopped,
    };

    private async Task<(AttemptEnding Ending, string Reason)> TrainAsync(
        TrialAssignment assignment, EventLog events, CancellationToken stop)
    {
        try
        {
            CheckSpec(assignment);
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var stepsLeft = assignment.LeaveAfterSteps;
            var run = new TrainingRun(folder, assignment, events, time)
            {
                StepTrained = () =>
                {
                    if (--stepsLeft == 0) leave.Cancel();
                },
            };
            var ending = await run.RunAsync(leave.Token);
            var stopped = run.HasSaved ? "stopped with a checkpoint" : "stopped without a new checkpoint";
            return (ending, ending == AttemptEnding.LeaseExpired
                ? $"{stopped}, because the node did not renew the lease for the grace period" : stopped);
        }
        catch (OperationCanceledException)
        {
            return (AttemptEnding.Stopped, "stopped before the training began");
        }
        catch (BadInputException error)
        {
            return (AttemptEnding.BadInput, error.Message);
        }
        catch (DivergedException error)
        {
            return (AttemptEnding.Diverged, error.Message);
        }
        catch (Exception error) when (IsOutOfMemory(error))
        {
            return (AttemptEnding.OutOfMemory, error.Message);
        }
        catch (TorchUnavailableException error)
        {
            return (AttemptEnding.Crashed, error.Message);
        }
        catch (Exception error) when (error is not IOException disk || !DurableFile.IsDiskFull(disk))
        {
            // The exception is a bug, so the log gets the stack trace. The event has only the message.
            Stderr.TryWriteLine(error.ToString());
            return (AttemptEnding.Crashed, $"{error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    private void CheckSpec(TrialAssignment assignment)
    {
        var spec = assignment.Spec;
        foreach (var parameter in Hyperparameters.All)
        {
            var text = parameter.Format(parameter.Get(spec));
            if (!(parameter.Get(spec) is null && parameter.IsPlace) && !parameter.TryParse(text, out _))
                throw new BadInputException(
                    $"{folder.Assignment}: {parameter.Name}: {text} is not allowed (allowed: {parameter.Allowed})");
        }

        foreach (var (parameter, why) in Compatibility.Faults(spec))
            throw new BadInputException($"{folder.Assignment}: {parameter.Name}: {why}");
        if (spec.DataDigest is null)
            throw new BadInputException(
                $"{folder.Assignment}: dataDigest: missing; use the digest that 'sbnn-trainer prepare' "
                    + "reports");
        if (TrialKey.Of(spec) is var key && key != assignment.Trial)
            throw new BadInputException(
                $"{folder.Assignment}: trial: {assignment.Trial} is not the key of this spec (allowed: {key})");
    }
}
