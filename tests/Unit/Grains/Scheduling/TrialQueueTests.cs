using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class TrialQueueTests
{
    private readonly TrialQueue _queue = new();
    private readonly Dictionary<string, int> _onSlots = [];

    [Fact]
    public void FindNext_FollowsGridOrder_WithinASweep()
    {
        Enqueue("a2", "a", order: 2);
        Enqueue("a0", "a", order: 0);
        Enqueue("a1", "a", order: 1);

        Assert.Equal(["a0", "a1", "a2"], TakeAll());
    }

    [Fact]
    public void FindNext_PrefersHigherPriority_RegardlessOfRunningTrials()
    {
        Enqueue("low", "a", order: 0, priority: 0);
        Enqueue("high", "b", order: 9, priority: 5);
        _onSlots["b"] = 10;

        Assert.Equal(["high", "low"], TakeAll());
    }

    [Fact]
    public void FindNext_SharesFairly_BetweenSweepsOfEqualPriority()
    {
        for (var i = 0; i < 3; i++) Enqueue($"a{i}", "a", i);
        for (var i = 0; i < 3; i++) Enqueue($"b{i}", "b", i);
        _onSlots["a"] = 1;

        Assert.Equal(["b0", "a0", "b1", "a1", "b2", "a2"], TakeAll());
    }

    [Fact]
    public void Remove_RemovesTheTrial()
    {
        Enqueue("x", "a", order: 0);
        Enqueue("y", "a", order: 1);

        Remove(Trial("x", "a", 0, 0));

        Assert.Equal(["y"], TakeAll());
        Assert.Null(FindNext(static _ => false));
    }

    [Fact]
    public void FindNext_SkipsTrials_WhoseImagesAreUnavailable()
    {
        Enqueue("a0", "a", order: 0, priority: 1, images: "d1");
        Enqueue("a1", "a", order: 1, priority: 1, images: "d2");
        Enqueue("b0", "b", order: 0, priority: 1, images: "d1");
        Enqueue("c0", "c", order: 0, images: "d2");

        Assert.Equal(["a1", "c0"], TakeAll(static images => images == "d1"));
        Assert.Equal(["b0", "a0"], TakeAll()); // Sweep b is first now, because a trial of sweep a holds a slot.
    }

    private void Enqueue(string trial, string sweep, int order, int priority = 0, string images = "")
    {
        var added = Trial(trial, sweep, order, priority) with { Images = images };
        _queue.Add(added, TrialDemand.Of(added));
    }

    private void Remove(ScheduledTrial trial) => _queue.Remove(trial, TrialDemand.Of(trial));

    private List<string> TakeAll(Func<string, bool>? isPassedOver = null)
    {
        var taken = new List<string>();
        while (FindNext(isPassedOver ?? (static _ => false)) is { } trial)
        {
            Remove(trial);
            _onSlots[trial.Sweep] = _onSlots.GetValueOrDefault(trial.Sweep) + 1;
            taken.Add(trial.Key.Hex.TrimEnd('.'));
        }

        return taken;
    }

    private ScheduledTrial? FindNext(Func<string, bool> isPassedOver) => _queue.Priorities
        .Select(priority => _queue.FindNext(
            priority, sweep => _onSlots.GetValueOrDefault(sweep), demand => isPassedOver(demand.Images)))
        .FirstOrDefault(static trial => trial is not null);

    private static ScheduledTrial Trial(string name, string sweep, int order, int priority) =>
        new() { Key = Key(name), Sweep = sweep, Priority = priority, Order = order, Attempt = 0 };

    private static TrialKey Key(string name) => new(name.PadRight(64, '.'));
}
