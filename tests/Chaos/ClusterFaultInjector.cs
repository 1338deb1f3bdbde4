using System.Diagnostics;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// Injects faults into a cluster until its sweep has finished despite them, as <see cref="FaultInjector"/> does on one
/// machine. A stopped process or cut link is restored after a random time around a node's lease, while other faults
/// occur.
/// </summary>
internal sealed class ClusterFaultInjector(Random random, FaultTally tally, int kills, NodeNetwork? network)
{
    private const int Interrupted = 130, Terminated = 143;
    private static readonly TimeSpan ProgressTimeout = TimeSpan.FromMinutes(5), LongestPause = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Lease = ClusterTiming.LeaseFor(TimeSpan.FromSeconds(ClusterWorkplace.Grace));

    private static readonly Fault[] Faults =
    [
        .. Enumerable.Repeat(Fault.TrainerKilled, 3), Fault.TrainerTerminated,
            .. Enumerable.Repeat(Fault.HeadKilled, 3),
        .. Enumerable.Repeat(Fault.HeadAway, 2), Fault.HeadTerminated, Fault.HeadFrozen,
        .. Enumerable.Repeat(Fault.NodeKilled, 3),
        .. Enumerable.Repeat(Fault.NodeAway, 2), .. Enumerable.Repeat(Fault.NodeAndTrainersKilled, 2),
        .. Enumerable.Repeat(Fault.NodeTerminated, 2),
        Fault.NodeFrozen,
    ];

    private static readonly Fault[] Cuts =
        [.. Enumerable.Repeat(Fault.LinkDown, 3), .. Enumerable.Repeat(Fault.LinkSilent, 3)];

    private readonly Queue<Fault> _next = new();
    private readonly List<(TimeSpan Due, Action Repair)> _repairs = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private ClusterWorkplace _workplace = null!;
    private EventCount _events = null!;
    private RunningSbnn _watch = null!;

    /// <summary>
    /// Runs the sweep on the cluster to its end, injects the remaining faults meanwhile, and ends the cluster.
    /// </summary>
    public async Task RunAsync(ClusterWorkplace workplace)
    {
        (_workplace, _events) = (workplace, new EventCount(workplace.TrialsRoots));
        await BeginAsync();
        while (tally.Kills < kills)
        {
            if (_next.Count == 0) Shuffle();
            var (due, pause) = (_events.Read() + random.Next(7), _clock.Elapsed + (LongestPause * random.NextDouble()));
            if (!await UntilAsync(() => _events.Read() >= due || _clock.Elapsed > pause, $"{due} events")) break;
            if (await InjectAsync(_next.Peek())) tally.CountFault(_next.Dequeue());
        }

        await UntilAsync(() => _repairs.Count == 0, "repairs", orEnd: false);
        await UntilAsync(() => _watch.HasExited, "the end of the sweep");
        await EndAsync();
    }

    private async Task BeginAsync()
    {
        _workplace.Head.Start();
        await UntilAsync(() => JoinDocuments.AreIn(_workplace.Head.Sbnn.Stdout), "the head to listen", orEnd: false);
        await JoinDocuments.PasteAsync(_workplace.Head.Sbnn.Stdout, _workplace.Folder);
        foreach (var node in _workplace.Nodes) node.Start();
        var submit = _workplace.StartAtHead("submit", Workplace.SpecFile);
        if (await submit.WaitAsync() != 0)
            throw new ChaosException($"the sweep could not be submitted:\n{submit.Output}\n{AllOutput}");
        _watch = _workplace.StartAtHead("watch", Workplace.Sweep);
    }

    // The nodes end before the head, because a node needs the head to leave the cluster. A run on the head's home then
    // writes the report files, without training anything.
    private async Task EndAsync()
    {
        foreach (var machine in (Machine[])[.. _workplace.Nodes, _workplace.Head]) await TerminateAsync(machine);
        if (_workplace.FindProcesses() is [_, ..] left)
            throw new ChaosException($"processes still run after the end of the cluster: {string.Join("\n", left)}");
        if (new DirectoryInfo(Path.Combine(_workplace.Home, "checkpoints")) is { Exists: true } held
            && held.EnumerateFiles().FirstOrDefault() is { } kept)
            throw new ChaosException($"the head still has the checkpoint {kept.FullName} of a finished trial");
        await _workplace.RunToEndAsync();
        if (Directory.Exists(_workplace.Trials))
            throw new ChaosException(
                $"a run on the head's home after the end of the sweep started a trainer below {_workplace.Trials}");
    }

    private void Shuffle()
    {
        Fault[] faults = [.. Faults, .. network is null ? [] : Cuts];
        random.Shuffle(faults);
        foreach (var card in faults) _next.Enqueue(card);
    }

    // Returns false when the fault could not be injected, because the sweep ended first.
    private Task<bool> InjectAsync(Fault fault) => fault switch
    {
        Fault.TrainerKilled => KillTrainerAsync(Signals.Kill),
        Fault.TrainerTerminated => KillTrainerAsync(Signals.Term),
        Fault.HeadKilled => KillAsync(FaultTarget.Head, isRestartedImmediately: true, withTrainers: false),
        Fault.HeadAway => KillAsync(FaultTarget.Head, isRestartedImmediately: false, withTrainers: false),
        Fault.HeadTerminated => TerminateAsync(FaultTarget.Head),
        Fault.HeadFrozen => FreezeAsync(FaultTarget.Head),
        Fault.NodeKilled => KillAsync(FaultTarget.Node, isRestartedImmediately: true, withTrainers: false),
        Fault.NodeAway => KillAsync(FaultTarget.Node, isRestartedImmediately: false, withTrainers: false),
        Fault.NodeAndTrainersKilled => KillAsync(FaultTarget.Node, isRestartedImmediately: false, withTrainers: true),
        Fault.NodeTerminated => TerminateAsync(FaultTarget.Node),
        Fault.NodeFrozen => FreezeAsync(FaultTarget.Node),
        Fault.LinkDown => CutAsync((node, isCut) => network!.SetLink(node, isUp: !isCut)),
        Fault.LinkSilent => CutAsync((node, isCut) => network!.SetSilent(node, isCut)),
        _ => throw new UnreachableException(),
    };

    private async Task<bool> KillTrainerAsync(int signal)
    {
        LiveTrainer? target = null;
        if (!await UntilAsync(() => (target = Choose(LiveTrainer.Find(_workplace.TrialsRoots))) is not null,
            "a trainer"))
            return false;
        if (Signals.Send(target!.Pid, signal)) tally.CountKill(FaultTarget.Trainer);
        return true;
    }

    private async Task<bool> KillAsync(FaultTarget kind, bool isRestartedImmediately, bool withTrainers)
    {
        if (await FindAsync(kind, static machine => machine.IsUp) is not { } target) return false;
        Signals.Send(target.MarkDown(), Signals.Kill);
        await target.Sbnn.WaitAsync();
        tally.CountKill(kind);
        foreach (var trainer in withTrainers ? LiveTrainer.Find(target.Trials) : [])
            if (Signals.Send(trainer.Pid, Signals.Kill)) tally.CountKill(FaultTarget.Trainer);
        if (isRestartedImmediately) target.Start();
        else Later(target.Start);
        return true;
    }

    private async Task<bool> TerminateAsync(FaultTarget kind)
    {
        if (await FindAsync(kind, static machine => machine.IsUp && machine.IsReachable) is not { } target)
            return false;
        await TerminateAsync(target);
        tally.CountKill(kind);
        Later(target.Start);
        return true;
    }

    // A node exits even when its head is not available.
    private async Task TerminateAsync(Machine machine)
    {
        Signals.Send(machine.MarkDown(), Signals.Term);
        await UntilAsync(() => machine.Sbnn.HasExited, $"{machine.Name} to leave", orEnd: false);
        var exitCode = await machine.Sbnn.WaitAsync();
        var isBeforeItBegan = exitCode == Terminated && machine.Sbnn.Output.Length == 0;
        if (exitCode is not (0 or Interrupted) && !isBeforeItBegan) throw Unexpected(machine, exitCode);
        if (LiveTrainer.Find(machine.Trials) is [var left, ..])
            throw new ChaosException(
                $"{machine.Name} has exited, but its trainer {left.Pid} still runs in "
                    + $"{left.Folder.Path}:\n{machine.Sbnn.Output}");
    }

    private async Task<bool> FreezeAsync(FaultTarget kind)
    {
        if (await FindAsync(kind, static machine => machine.IsUp && machine.IsReachable) is not { } target)
            return false;
        var pid = target.Sbnn.Pid;
        Signals.Send(pid, Signals.Stop);
        target.IsReachable = false;
        Later(() =>
        {
            // If the process ID has changed, the frozen process was killed and replaced, and needs no SIGCONT.
            if (target.Sbnn.Pid == pid) Signals.Send(pid, Signals.Cont);
            target.IsReachable = true;
        });
        return true;
    }

    private async Task<bool> CutAsync(Action<string, bool> cut)
    {
        if (await FindAsync(FaultTarget.Node, static machine => machine.IsReachable) is not { } target) return false;
        cut(target.Name, true);
        target.IsReachable = false;
        tally.CountKill(FaultTarget.Link);
        Later(() =>
        {
            cut(target.Name, false);
            target.IsReachable = true;
        });
        return true;
    }

    private async Task<Machine?> FindAsync(FaultTarget kind, Func<Machine, bool> suits)
    {
        IReadOnlyList<Machine> machines = kind == FaultTarget.Head ? [_workplace.Head] : _workplace.Nodes;
        Machine? found = null;
        return await UntilAsync(() => (found = Choose([.. machines.Where(suits)])) is not null, $"a {kind} to hit")
            ? found : null;
    }

    private T? Choose<T>(IReadOnlyList<T> from)
        where T : class => from.Count == 0 ? null : from[random.Next(from.Count)];

    private void Later(Action repair) =>
        _repairs.Add((_clock.Elapsed + (Lease * (0.2 + (1.2 * random.NextDouble()))), repair));

    // Makes due repairs while waiting. Returns false when the sweep ended before the condition held, unless orEnd is
    // false: then waits for the condition also after the sweep's end.
    private async Task<bool> UntilAsync(Func<bool> condition, string what, bool orEnd = true)
    {
        var (events, since) = (-1, Stopwatch.StartNew());
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!condition())
        {
            foreach (var repair in _repairs.Where(repair => repair.Due <= _clock.Elapsed).ToList())
            {
                repair.Repair();
                _repairs.Remove(repair);
            }

            foreach (var machine in (Machine[])[_workplace.Head, .. _workplace.Nodes])
                if (machine is { IsUp: true, Sbnn.HasExited: true })
                    throw Unexpected(machine, await machine.Sbnn.WaitAsync());
            if (orEnd && _watch.HasExited)
            {
                return await _watch.WaitAsync() is not 0 and var exitCode
                    ? throw new ChaosException($"sbnn watch exited with code {exitCode}:\n{AllOutput}") : false;
            }

            if (_events.Read() is var now && now != events) (events, since) = (now, Stopwatch.StartNew());
            if (since.Elapsed > ProgressTimeout)
                throw new ChaosException(
                    $"no progress for {ProgressTimeout.TotalMinutes} minutes while waiting for {what}:\n{AllOutput}");
            await tick.WaitForNextTickAsync();
        }

        return true;
    }

    private string AllOutput => string.Join('\n', ((IEnumerable<(string Name, RunningSbnn? Sbnn)>)
    [
        ("watch", _watch), .. ((Machine[])[_workplace.Head, .. _workplace.Nodes])
            .Select(static machine => (machine.Name, machine.TryFindSbnn())),
    ]).Select(static process => $"--- {process.Name}\n{process.Sbnn?.Output}"));

    private ChaosException Unexpected(Machine machine, int exitCode) =>
        new($"{machine.Name} exited with code {exitCode}:\n{machine.Sbnn.Output}\n{AllOutput}");
}
