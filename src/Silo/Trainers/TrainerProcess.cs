using System.Diagnostics;
using System.Text;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// One trainer process. If this silo started the trainer, <paramref name="process"/> has its exit code. If the trainer
/// was adopted from an earlier silo, its lock shows whether it still runs, and its exit code is unknown.
/// </summary>
internal sealed class TrainerProcess(
    AttemptFolder folder, TrialKey trial, Process? process, HangWatch hang, OutOfMemoryKills kills,
    TimeSpan stopTimeout, TimeProvider time) : ITrainer
{
    private const int StderrTailBytes = 4096;
    private const int ExitCodeOfSigkill = 128 + Posix.SigKill;
    private const int ExitCodeOfSigabrt = 128 + 6;

    // The longest time between a kill that the kernel counts and the exit of the killed process. The process frees its
    // memory in between.
    private static readonly TimeSpan LongestExitAfterKill = TimeSpan.FromSeconds(10);

    // Native code that runs out of memory aborts the process and prints one of these texts last. When .NET's host
    // cannot get enough memory to start, it prints the last text and exits with the code of a killed process.
    private static readonly string[] NativeOutOfMemory =
        ["std::bad_alloc", "can't allocate memory", "dnnl::error", "GC heap initialization failed"];
    private readonly EventReader _events = new(folder.Events);
    private Process? _process = process;
    private ProcessMark? _mark = process is null ? null : ProcessMark.Of(process.Id);
    private long _kills = kills.Count();
    private long? _lastKillAt;
    private long? _stopAskedAt;
    private bool _hasHung;
    private AttemptEnd? _end;

    /// <summary>Called with the event by which the trainer reports its device class, possibly several times.</summary>
    public Action<TrialStarted>? Started { get; init; }

    public IReadOnlyList<TrainerEvent> ReadEvents(long after)
    {
        var events = _events.ReadAfter(after);
        if (events.OfType<TrialStarted>().LastOrDefault() is { } start) Started?.Invoke(start);
        return events;
    }

    // The end is cached, because a later call might classify it differently once memory is no longer short.
    public AttemptEnd? FindEnd() => _end ??= LookForEnd();

    public TimeSpan HangAfter
    {
        set => hang.Limit = value;
    }

    public void RenewLease() => folder.RenewLease();

    public void Stop()
    {
        if (Pid() is not { } pid) return;
        if (_stopAskedAt is not { } asked)
        {
            // A process that was started just now does not lead its process group yet; the next call tries again.
            if (Posix.SignalGroup(pid, Posix.SigTerm)) _stopAskedAt = time.GetTimestamp();
        }
        else if (time.GetElapsedTime(asked) > stopTimeout)
        {
            Posix.SignalGroup(pid, Posix.SigKill);
        }
    }

    public void Prune() => folder.PruneTrial();

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    private AttemptEnd? LookForEnd()
    {
        var killsNow = kills.Count();
        if (_process is { HasExited: false }) return Watch(killsNow);
        if (FileLock.IsHeld(folder.Lock))
        {
            // Another trainer, started by a silo that died, took the lock first. From now on that trainer is watched.
            // It has not been asked to stop yet.
            _process?.Dispose();
            if (_process is not null) (_process, _mark, _stopAskedAt) = (null, null, null);
            return Watch(killsNow);
        }

        if (KillRemainingProcesses() || !TryClose()) return null;
        var exitCode = _process?.ExitCode is { } own and not TrainerExit.FolderHeld ? own : (int?)null;
        _events.ReadNew();
        if (TryReadResult(out var damage) is { } result)
            return new AttemptEnd(AttemptEnding.Completed, "finished", exitCode, null, result)
            {
                Weights = TryReadWeights(),
            };
        if (_events.Last is TrialFailed broken)
            return new AttemptEnd(broken.Ending, broken.Reason, exitCode, StderrTail());
        if ((damage ?? _events.Damage) is { } damaged && folder.FindMark()?.IsOfThisBoot() != false)
            return new AttemptEnd(AttemptEnding.Crashed, damaged, exitCode, StderrTail());
        RecordKills(killsNow);
        return Classify(exitCode, _lastKillAt is { } at && time.GetElapsedTime(at) < LongestExitAfterKill);
    }

    private AttemptEnd? Watch(long killsNow)
    {
        RecordKills(killsNow);
        if (_process is null) _mark ??= folder.FindMark();
        _events.ReadNew();
        var hangs = hang.IsOver(folder.SignOfLife());
        // A trainer with a damaged event file cannot report anything, so it is killed, and the next attempt resumes
        // from its checkpoint.
        if ((hangs || _events.Damage is not null) && Pid() is { } pid)
            _hasHung |= Posix.SignalGroup(pid, Posix.SigKill) && hangs;
        return null;
    }

    private void RecordKills(long killsNow)
    {
        if (killsNow > _kills) (_kills, _lastKillAt) = (killsNow, time.GetTimestamp());
    }

    // Kills the processes that the trainer started, and returns true while any of them lives. Until they have exited,
    // the slot's cores and memory are not free.
    private bool KillRemainingProcesses()
    {
        _mark ??= folder.FindMark();
        return _mark is not null && _mark.HasLivingGroup() && Posix.SignalGroup(_mark.Pid, Posix.SigKill);
    }

    // An end is final. A trainer that a silo started just before it died may still be starting, and must find the
    // attempt closed.
    private bool TryClose()
    {
        // The folder was removed from outside, so nothing is left to close.
        if (!Directory.Exists(folder.Path)) return true;
        using var mine = FileLock.TryTake(folder.Lock);
        if (mine is null) return false; // A trainer took the lock just now; the next call checks again.
        File.WriteAllText(folder.Closed, "");
        return true;
    }

    private AttemptEnd Classify(int? exitCode, bool wasMemoryShort)
    {
        var tail = StderrTail();
        return exitCode switch
        {
            _ when _hasHung =>
                new AttemptEnd(AttemptEnding.Hung,
                    $"no event for {Wording.Duration(hang.Limit)}: the trainer hung and was killed", exitCode, tail),
            _ when _stopAskedAt is not null =>
                new AttemptEnd(AttemptEnding.Stopped, "stopped by request", exitCode, tail),
            null when !File.Exists(folder.Process) =>
                new AttemptEnd(AttemptEnding.NodeLost, "the node's process died before the trainer had begun",
                    null, tail),
            null when folder.FindMark()?.IsOfThisBoot() == false =>
                new AttemptEnd(AttemptEnding.NodeLost, "the machine went down during the training", null, tail),
            ExitCodeOfSigkill or null when wasMemoryShort =>
                new AttemptEnd(AttemptEnding.OutOfMemory, "out of memory: the kernel killed the trainer",
                    exitCode, tail),
            ExitCodeOfSigabrt or ExitCodeOfSigkill when tail is not null
                && Array.Exists(NativeOutOfMemory, word => tail.Contains(word, StringComparison.Ordinal)) =>
                new AttemptEnd(AttemptEnding.OutOfMemory, "out of memory in native code",
                    exitCode, tail),
            null => new AttemptEnd(AttemptEnding.Unknown,
                "the trainer ended while no node process watched it; its exit code is unknown", null, tail),
            TrainerExit.Stopped =>
                new AttemptEnd(AttemptEnding.Stopped, "the trainer was asked to stop (SIGTERM)", exitCode, tail),
            TrainerExit.LeaseExpired =>
                new AttemptEnd(AttemptEnding.LeaseExpired, "the node showed no sign of life for the grace period",
                    exitCode, tail),
            TrainerExit.Diverged =>
                new AttemptEnd(AttemptEnding.Diverged, "the loss became NaN or infinite", exitCode, tail),
            TrainerExit.OutOfMemory => new AttemptEnd(AttemptEnding.OutOfMemory, "out of memory", exitCode, tail),
            // Before the trainer has begun, codes above 128 are those of .NET's host and not signals.
            not 0 when !File.Exists(folder.Process) && StderrSummary.Of(tail) is { } words =>
                new AttemptEnd(AttemptEnding.Crashed, $"the trainer could not start (exit code {exitCode}): {words}",
                    exitCode, tail),
            // A shell that cannot start the trainer exits with the same code.
            TrainerExit.BadInput when !File.Exists(folder.Process) =>
                new AttemptEnd(AttemptEnding.Crashed, $"exited with code {exitCode} before the training had begun",
                    exitCode, tail),
            TrainerExit.BadInput =>
                new AttemptEnd(AttemptEnding.BadInput, "the trainer refused its input", exitCode, tail),
            > 128 => new AttemptEnd(AttemptEnding.Killed, $"ended by signal {exitCode - 128}", exitCode, tail),
            _ => new AttemptEnd(AttemptEnding.Crashed, $"exited with code {exitCode}", exitCode, tail),
        };
    }

    // Trainers rename the complete file into place, so a file that is not this trial's result was changed from outside.
    private TrialResult? TryReadResult(out string? damage)
    {
        damage = null;
        if (!File.Exists(folder.Result)) return null;
        try
        {
            var result = DurableFile.ReadJson<TrialResult>(folder.Result);
            if (result.WhyNotOf(trial) is not { } why) return result;
            damage = $"{folder.Result}: not a result of this trial: {why}";
        }
        catch (BadInputException error)
        {
            damage = error.Message;
        }

        return null;
    }

    // A damaged file means only that the weights are lost. The result is valid without them.
    private KeptWeights? TryReadWeights()
    {
        try
        {
            return File.Exists(folder.Weights) && DurableFile.ReadJson<KeptWeights>(folder.Weights) is var weights
                && weights.FindFault() is null ? weights : null;
        }
        catch (BadInputException)
        {
            return null;
        }
    }

    private int? Pid()
    {
        if (_process is { HasExited: false } own) return own.Id;
        if (FileLock.IsHeld(folder.Lock)) _mark = folder.FindMark() ?? _mark;
        else if (Directory.Exists(folder.Path)) return null;
        // This also finds a trainer whose folder was removed.
        return _mark is { } mark && mark.IsAlive() ? mark.Pid : null;
    }

    private string? StderrTail()
    {
        if (!File.Exists(folder.Stderr)) return null;
        using var stderr = new FileStream(folder.Stderr, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stderr.Seek(-Math.Min(StderrTailBytes, stderr.Length), SeekOrigin.End);
        using var reader = new StreamReader(stderr, Encoding.UTF8);
        var text = reader.ReadToEnd().Trim();
        return text.Length == 0 ? null : text;
    }
}
