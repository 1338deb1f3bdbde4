using System.Diagnostics;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>
/// Injects faults into a cluster until its sweep has finished nevertheless, as <see cref="Storm"/> does on one machine.
/// What a fault takes away is restored after a random time around a node's lease, while other faults continue.
/// </summary>
internal sealed class ClusterStorm(Random random, FaultTally tally, int kills, NodeNetwork? network)
{
    private const int Interrupted = 130, Terminated = 143;
    private static readonly TimeSpan Standstill = TimeSpan.FromMinutes(5), LongestPause = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Lease = ClusterTiming.LeaseFor(TimeSpan.FromSeconds(ClusterPlace.Grace));

    private static readonly Fault[] Deck =
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
    private ClusterPlace _place = null!;
    private EventCount _events = null!;
    private RunningSbnn _watch = null!;

    /// <summary>
    /// Runs the sweep on the cluster to its end, with faults while any are left to inject, and ends the cluster.
    /// </summary>
    public async Task RunAsync(ClusterPlace place)
    {
        (_place, _events) = (place, new EventCount(place.TrialsRoots));
        await BeginAsync();
        while (tally.Kills < kills)
        {
            if (_next.Count == 0) Shuffle();
            var (due, pause) = (_events.Read() + random.Next(7), _clock.Elapsed + (LongestPause * random.NextDouble()));
            if (!await UntilAsync(() => _events.Read() >= due || _clock.Elapsed > pause, $"{due} events")) break;
            if (await InjectAsync(_next.Peek())) tally.Injected(_next.Dequeue());
        }

        await UntilAsync(() => _repairs.Count == 0, "repairs", orEnd: false);
        await UntilAsync(() => _watch.HasExited, "the end of the sweep");
        await EndAsync();
    }

    private async Task BeginAsync()
    {
        _place.Head.Start();
        await UntilAsync(() => JoinDocuments.AreIn(_place.Head.Sbnn.Stdout), "a head", orEnd: false);
        await JoinDocuments.PasteAsync(_place.Head.Sbnn.Stdout, _place.Folder);
        foreach (var node in _place.Nodes) node.Start();
        var submit = _place.Ask("submit", Workplace.SpecFile);
        if (await submit.WaitAsync() != 0)
            throw new ChaosException($"the sweep could not be submitted:\n{submit.Output}\n{AllOutput}");
        _watch = _place.Ask("watch", Workplace.Sweep);
    }

    // The nodes end first, so that they can leave the cluster. A run on the head's home, which has nothing left to
    // train, writes the report files.
    private async Task EndAsync()
    {
        foreach (var machine in (Machine[])[.. _place.Nodes, _place.Head]) await TerminateAsync(machine);
        if (_place.FindProcesses() is [_, ..] left)
            throw new ChaosException($"processes still run: {string.Join("\n", left)}");
        if (new DirectoryInfo(Path.Combine(_place.Home, "checkpoints")) is { Exists: true } held
            && held.EnumerateFiles().FirstOrDefault() is { } kept)
            throw new ChaosException($"the head still has the checkpoint {kept.FullName} of a finished trial");
        await _place.RunToEndAsync();
        if (Directory.Exists(_place.Trials))
            throw new ChaosException(
                $"after the end of the sweep a run on the head's home trained something: {_place.Trials}");
    }

    private void Shuffle()
    {
        Fault[] deck = [.. Deck, .. network is null ? [] : Cuts];
        random.Shuffle(deck);
        foreach (var card in deck) _next.Enqueue(card);
    }

    // Returns false when the fault could not be injected, because the sweep ended first.
    private Task<bool> InjectAsync(Fault fault) => fault switch
    {
        Fault.TrainerKilled => KillTrainerAsync(Signals.Kill),
        Fault.TrainerTerminated => KillTrainerAsync(Signals.Term),
        Fault.HeadKilled => KillAsync(Victim.Head, isBackAtOnce: true, withTrainers: false),
        Fault.HeadAway => KillAsync(Victim.Head, isBackAtOnce: false, withTrainers: false),
        Fault.HeadTerminated => TerminateAsync(Victim.Head),
        Fault.HeadFrozen => FreezeAsync(Victim.Head),
        Fault.NodeKilled => KillAsync(Victim.Node, isBackAtOnce: true, withTrainers: false),
        Fault.NodeAway => KillAsync(Victim.Node, isBackAtOnce: false, withTrainers: false),
        Fault.NodeAndTrainersKilled => KillAsync(Victim.Node, isBackAtOnce: false, withTrainers: true),
        Fault.NodeTerminated => TerminateAsync(Victim.Node),
        Fault.NodeFrozen => FreezeAsync(Victim.Node),
        Fault.LinkDown => CutAsync((node, isCut) => network!.SetLink(node, isUp: !isCut)),
        Fault.LinkSilent => CutAsync((node, isCut) => network!.SetSilent(node, isCut)),
        _ => throw new UnreachableException(),
    };

    private async Task<bool> KillTrainerAsync(int signal)
    {
        LiveTrainer? victim = null;
        if (!await UntilAsync(() => (victim = Choose(LiveTrainer.Find(_place.TrialsRoots))) is not null, "a trainer"))
            return false;
        if (Signals.Send(victim!.Pid, signal)) tally.Hit(Victim.Trainer);
        return true;
    }

    private async Task<bool> KillAsync(Victim kind, bool isBackAtOnce, bool withTrainers)
    {
        if (await FindAsync(kind, static machine => machine.IsUp) is not { } victim) return false;
        Signals.Send(victim.TakeDown(), Signals.Kill);
        await victim.Sbnn.WaitAsync();
        tally.Hit(kind);
        foreach (var trainer in withTrainers ? LiveTrainer.Find(victim.Trials) : [])
            if (Signals.Send(trainer.Pid, Signals.Kill)) tally.Hit(Victim.Trainer);
        if (isBackAtOnce) victim.Start();
        else Later(victim.Start);
        return true;
    }

    private async Task<bool> TerminateAsync(Victim kind)
    {
        if (await FindAsync(kind, static machine => machine.IsUp && machine.IsWhole) is not { } victim) return false;
        await TerminateAsync(victim);
        tally.Hit(kind);
        Later(victim.Start);
        return true;
    }

    // A node whose head is not available leaves without it.
    private async Task TerminateAsync(Machine machine)
    {
        Signals.Send(machine.TakeDown(), Signals.Term);
        await UntilAsync(() => machine.Sbnn.HasExited, $"{machine.Name} to leave", orEnd: false);
        var exitCode = await machine.Sbnn.WaitAsync();
        var isBeforeItBegan = exitCode == Terminated && machine.Sbnn.Output.Length == 0;
        if (exitCode is not (0 or Interrupted) && !isBeforeItBegan) throw Unexpected(machine, exitCode);
        if (LiveTrainer.Find(machine.Trials) is [var left, ..])
            throw new ChaosException(
                $"{machine.Name} has exited, but its trainer {left.Pid} still runs in "
                    + $"{left.Folder.Path}:\n{machine.Sbnn.Output}");
    }

    private async Task<bool> FreezeAsync(Victim kind)
    {
        if (await FindAsync(kind, static machine => machine.IsUp && machine.IsWhole) is not { } victim) return false;
        var pid = victim.Sbnn.Pid;
        Signals.Send(pid, Signals.Stop);
        victim.IsWhole = false;
        Later(() =>
        {
            if (victim.Sbnn.Pid == pid) Signals.Send(pid, Signals.Cont); // Otherwise the process was killed meanwhile.
            victim.IsWhole = true;
        });
        return true;
    }

    private async Task<bool> CutAsync(Action<string, bool> cut)
    {
        if (await FindAsync(Victim.Node, static machine => machine.IsWhole) is not { } victim) return false;
        cut(victim.Name, true);
        victim.IsWhole = false;
        tally.Hit(Victim.Link);
        Later(() =>
        {
            cut(victim.Name, false);
            victim.IsWhole = true;
        });
        return true;
    }

    private async Task<Machine?> FindAsync(Victim kind, Func<Machine, bool> suits)
    {
        IReadOnlyList<Machine> machines = kind == Victim.Head ? [_place.Head] : _place.Nodes;
        Machine? found = null;
        return await UntilAsync(() => (found = Choose([.. machines.Where(suits)])) is not null, $"a {kind} to hit")
            ? found : null;
    }

    private T? Choose<T>(IReadOnlyList<T> from)
        where T : class => from.Count == 0 ? null : from[random.Next(from.Count)];

    private void Later(Action repair) =>
        _repairs.Add((_clock.Elapsed + (Lease * (0.2 + (1.2 * random.NextDouble()))), repair));

    // Repairs happen while it waits. Returns false when the sweep ended first; with orEnd false it keeps waiting for
    // the condition.
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

            foreach (var machine in (Machine[])[_place.Head, .. _place.Nodes])
                if (machine is { IsUp: true, Sbnn.HasExited: true })
                    throw Unexpected(machine, await machine.Sbnn.WaitAsync());
            if (orEnd && _watch.HasExited)
            {
                return await _watch.WaitAsync() is not 0 and var exitCode
                    ? throw new ChaosException($"sbnn watch exited with code {exitCode}:\n{AllOutput}") : false;
            }

            if (_events.Read() is var now && now != events) (events, since) = (now, Stopwatch.StartNew());
            if (since.Elapsed > Standstill)
                throw new ChaosException(
                    $"no progress for {Standstill.TotalMinutes} minutes while waiting for {what}:\n{AllOutput}");
            await tick.WaitForNextTickAsync();
        }

        return true;
    }

    private string AllOutput => string.Join('\n', ((IEnumerable<(string Name, RunningSbnn? Sbnn)>)
    [
        ("watch", _watch), .. ((Machine[])[_place.Head, .. _place.Nodes])
            .Select(static machine => (machine.Name, machine.TryFindSbnn())),
    ]).Select(static process => $"--- {process.Name}\n{process.Sbnn?.Output}"));

    private ChaosException Unexpected(Machine machine, int exitCode) =>
        new($"{machine.Name} exited with code {exitCode}:\n{machine.Sbnn.Output}\n{AllOutput}");
}
