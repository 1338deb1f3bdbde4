using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// Injects faults into a sweep until the sweep has finished despite them. The seed decides the order of the faults,
/// after how many trainer events each one is injected, and which process it hits. What the processes do at that moment
/// depends on the machine.
/// </summary>
internal sealed class FaultInjector(Random random, FaultTally tally, int kills)
{
    private const int Killed = 137, Interrupted = 130;
    private static readonly TimeSpan ProgressTimeout = TimeSpan.FromMinutes(5);

    // All faults are injected in an order that the seed shuffles; then they are shuffled again.
    private static readonly Fault[] Faults =
    [
        .. Enumerable.Repeat(Fault.TrainerKilled, 7), .. Enumerable.Repeat(Fault.TrainerTerminated, 5),
            .. Enumerable.Repeat(Fault.TrainerKilledAtStart, 2),
        .. Enumerable.Repeat(Fault.TrainerFrozen, 2), .. Enumerable.Repeat(Fault.CheckpointTorn, 2), Fault.LedgerLocked,
        .. Enumerable.Repeat(Fault.SiloKilled, 3), .. Enumerable.Repeat(Fault.SiloAway, 2),
        Fault.SiloThenTrainerKilled, Fault.SiloKilledAtStart, .. Enumerable.Repeat(Fault.SiloKilledAfterSpawn, 2),
        .. Enumerable.Repeat(Fault.SiloTakenOver, 2), .. Enumerable.Repeat(Fault.SiloTerminated, 2),
        Fault.SiloTerminatedTwice,
    ];

    private readonly Queue<Fault> _next = new();
    private Workplace _workplace = null!;
    private EventCount _events = null!;
    private RunningSbnn _silo = null!;

    /// <summary>Runs the sweep to its end, and injects the remaining faults meanwhile.</summary>
    public async Task RunAsync(Workplace workplace)
    {
        (_workplace, _events, _silo) = (workplace, new EventCount(workplace.TrialsRoots), workplace.StartRun());
        while (tally.Kills < kills)
        {
            if (_next.Count == 0)
            {
                var faults = Faults.ToArray();
                random.Shuffle(faults);
                foreach (var card in faults) _next.Enqueue(card);
            }

            var due = _events.Read() + random.Next(7);
            if (!await UntilAsync(() => _events.Read() >= due, $"{due} events")) break;
            if (await InjectAsync(_next.Peek())) tally.CountFault(_next.Dequeue());
        }

        var exitCode = await _silo.WaitAsync();
        if (exitCode != 0) throw Unexpected(exitCode);
    }

    // Returns false when the fault could not be injected, because the sweep ended first.
    private Task<bool> InjectAsync(Fault fault) => fault switch
    {
        Fault.TrainerKilled => KillTrainerAsync(Signals.Kill),
        Fault.TrainerTerminated => KillTrainerAsync(Signals.Term),
        Fault.TrainerKilledAtStart => KillTrainerAtStartAsync(),
        Fault.TrainerFrozen => FreezeTrainerAsync(),
        Fault.CheckpointTorn => TearCheckpointAsync(),
        Fault.LedgerLocked => LockLedgerAsync(),
        Fault.SiloKilled => KillSiloAsync(static () => Task.CompletedTask),
        Fault.SiloAway => KillSiloAsync(BeAwayAsync),
        Fault.SiloThenTrainerKilled => KillSiloAsync(KillUnwatchedAsync),
        Fault.SiloKilledAtStart => KillSiloAtStartAsync(),
        Fault.SiloKilledAfterSpawn => KillSiloAfterSpawnAsync(),
        Fault.SiloTakenOver => TakeOverAsync(),
        Fault.SiloTerminated => TerminateSiloAsync(Signals.Term),
        Fault.SiloTerminatedTwice => TerminateSiloAsync(Signals.Term, Signals.Int),
        _ => throw new UnreachableException(),
    };

    private async Task<bool> KillTrainerAsync(int signal)
    {
        if (await FindTargetAsync(static _ => true) is not { } target) return false;
        Kill(target, signal);
        return true;
    }

    private async Task<bool> KillTrainerAtStartAsync()
    {
        if (!await KillTrainerAsync(Signals.Kill)
            || await FindTargetAsync(static trainer => !trainer.HoldsLock) is not { } successor)
            return false;
        Kill(successor, Signals.Kill);
        return true;
    }

    private async Task<bool> FreezeTrainerAsync()
    {
        if (await FindTargetAsync(static trainer => trainer.HoldsLock) is not { } target
            || !Signals.Send(target.Pid, Signals.Stop))
            return false;
        var (frozen, due) = (Stopwatch.StartNew(), _events.Read() + 1 + random.Next(6));
        await UntilAsync(() => _events.Read() >= due || frozen.Elapsed > TimeSpan.FromSeconds(3),
            "other trainers to make progress");
        return Signals.Send(target.Pid, Signals.Cont);
    }

    // Cuts the newest checkpoint in half, so that the next attempt must resume from the one before, unless that attempt
    // starts before the cut.
    private async Task<bool> TearCheckpointAsync()
    {
        if (await FindTargetAsync(static trainer => trainer.Folder.Checkpoints().Count > 1) is not { } target)
            return false;
        Kill(target, Signals.Kill);
        // The trial has finished, so its checkpoints are removed.
        if (target.Folder.Checkpoints() is not [var newest, ..]) return false;
        using var torn = File.OpenWrite(newest);
        torn.SetLength(torn.Length / 2);
        return true;
    }

    private async Task<bool> LockLedgerAsync()
    {
        // A running trainer shows that the ledger exists.
        if (await FindTargetAsync(static trainer => trainer.HoldsLock) is null) return false;
        await using var otherProcess =
            new SqliteConnection($"Data Source={_workplace.Ledger};Mode=ReadWrite;Pooling=False");
        await otherProcess.OpenAsync();
        await using var held = otherProcess.BeginTransaction(deferred: false);
        var (locked, due) = (Stopwatch.StartNew(), _events.Read() + 1 + random.Next(6));
        await UntilAsync(() => _events.Read() >= due || locked.Elapsed > TimeSpan.FromSeconds(3),
            "events while the ledger is locked");
        return true;
    }

    private async Task<bool> KillSiloAsync(Func<Task> meanwhile)
    {
        if (!await UntilAsync(IsHead, "a head to kill") || !await KillSiloAsync()) return false;
        await meanwhile();
        _silo = _workplace.StartRun();
        return true;
    }

    // Waits until the running trainers have written more events without a silo, or all have exited.
    private Task BeAwayAsync()
    {
        var due = _events.Read() + 1 + random.Next(10);
        return UntilAsync(() => _events.Read() >= due || LiveTrainer.Find(_workplace.Trials).Count == 0,
            "events without a silo", isSiloAway: true);
    }

    private async Task KillUnwatchedAsync()
    {
        await BeAwayAsync();
        if (Choose(LiveTrainer.Find(_workplace.Trials)) is { } target) Kill(target, Signals.Kill);
    }

    private async Task<bool> KillSiloAtStartAsync()
    {
        if (!await KillSiloAsync(static () => Task.CompletedTask) || !await UntilAsync(IsHead, "the next head")
            || !await KillSiloAsync())
            return false;
        _silo = _workplace.StartRun();
        return true;
    }

    private async Task<bool> KillSiloAfterSpawnAsync()
    {
        if (!await KillTrainerAsync(Signals.Kill) || await FindTargetAsync(static trainer => !trainer.HoldsLock) is null
            || !await KillSiloAsync())
            return false;
        _silo = _workplace.StartRun();
        return true;
    }

    private async Task<bool> TakeOverAsync()
    {
        if (!await UntilAsync(IsHead, "a head that a second run can join")) return false;
        var joined = _workplace.StartRun();
        if (!await UntilAsync(() => joined.HasExited
            || joined.Output.Contains("joined the sbnn that runs here", StringComparison.Ordinal), "a joined run"))
        {
            await joined.WaitAsync();
            return false;
        }

        var isKilled = await KillSiloAsync();
        _silo = joined; // The joined process is the silo from now on, even if the first one ended before it was killed.
        return isKilled;
    }

    private async Task<bool> TerminateSiloAsync(params int[] signals)
    {
        if (!await UntilAsync(IsHead, "a head to terminate")
            || !Array.TrueForAll(signals, signal => Signals.Send(_silo.Pid, signal)))
            return false;
        var exitCode = await _silo.WaitAsync();
        if (exitCode == 0) return false; // The sweep ended before the signal arrived.
        if (exitCode != Interrupted) throw Unexpected(exitCode);
        if (LiveTrainer.Find(_workplace.Trials) is [var left, ..])
            throw new ChaosException(
                $"sbnn was stopped, but its trainer {left.Pid} still runs in {left.Folder.Path}:\n{_silo.Output}");
        tally.CountKill(FaultTarget.Silo);
        _silo = _workplace.StartRun();
        return true;
    }

    private bool IsHead() => FileLock.IsHeld(_workplace.HeadLock);

    // Returns false when the silo had already exited, because the sweep had ended.
    private async Task<bool> KillSiloAsync()
    {
        Signals.Send(_silo.Pid, Signals.Kill);
        if (await _silo.WaitAsync() is not Killed) return false;
        tally.CountKill(FaultTarget.Silo);
        return true;
    }

    private void Kill(LiveTrainer target, int signal)
    {
        if (Signals.Send(target.Pid, signal)) tally.CountKill(FaultTarget.Trainer);
    }

    private async Task<LiveTrainer?> FindTargetAsync(Func<LiveTrainer, bool> suits)
    {
        LiveTrainer? target = null;
        return await UntilAsync(() => (target = Choose([.. LiveTrainer.Find(_workplace.Trials).Where(suits)]))
            is not null, "a trainer") ? target : null;
    }

    private LiveTrainer? Choose(IReadOnlyList<LiveTrainer> trainers) =>
        trainers.Count == 0 ? null : trainers[random.Next(trainers.Count)];

    // Returns false when the silo has exited successfully meanwhile.
    private async Task<bool> UntilAsync(Func<bool> condition, string what, bool isSiloAway = false)
    {
        var (events, since) = (-1, Stopwatch.StartNew());
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            if (!isSiloAway && _silo.HasExited)
                return await _silo.WaitAsync() is not 0 and var exitCode ? throw Unexpected(exitCode) : false;
            if (_events.Read() is var now && now != events) (events, since) = (now, Stopwatch.StartNew());
            if (since.Elapsed > ProgressTimeout)
                throw new ChaosException(
                    $"no progress for {ProgressTimeout.TotalMinutes} minutes while waiting for "
                        + $"{what}:\n{_silo.Output}");
            await tick.WaitForNextTickAsync();
        }

        return true;
    }

    private ChaosException Unexpected(int exitCode) => new($"sbnn exited with code {exitCode}:\n{_silo.Output}");
}
