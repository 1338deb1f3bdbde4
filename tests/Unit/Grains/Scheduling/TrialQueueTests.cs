using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class TrialQueueTests
{
    private readonly TrialQueue _queue = new();
    private readonly Dictionary<string, int> _running = [];

    [Fact]
    public void Within_a_sweep_trials_go_in_the_order_of_its_grid()
    {
        Enqueue("a2", "a", order: 2);
        Enqueue("a0", "a", order: 0);
        Enqueue("a1", "a", order: 1);

        Assert.Equal(["a0", "a1", "a2"], TakeAll());
    }

    [Fact]
    public void A_higher_priority_goes_first_whatever_its_sweep_runs_already()
    {
        Enqueue("low", "a", order: 0, priority: 0);
        Enqueue("high", "b", order: 9, priority: 5);
        _running["b"] = 10;

        Assert.Equal(["high", "low"], TakeAll());
    }

    [Fact]
    public void Sweeps_of_one_priority_share_the_slots_fairly()
    {
        for (var i = 0; i < 3; i++) Enqueue($"a{i}", "a", i);
        for (var i = 0; i < 3; i++) Enqueue($"b{i}", "b", i);
        _running["a"] = 1;

        Assert.Equal(["b0", "a0", "b1", "a1", "b2", "a2"], TakeAll());
    }

    [Fact]
    public void A_trial_enqueued_again_takes_its_new_priority_and_stays_one_trial()
    {
        Enqueue("x", "a", order: 0, priority: 0);
        Enqueue("y", "a", order: 1, priority: 1);
        Enqueue("x", "a", order: 0, priority: 2);

        Assert.Equal(2, _queue.Count);
        Assert.Equal(["x", "y"], TakeAll());
    }

    [Fact]
    public void A_removed_trial_is_not_taken()
    {
        Enqueue("x", "a", order: 0);
        Enqueue("y", "a", order: 1);

        Assert.True(_queue.Remove(Key("x")));
        Assert.False(_queue.Remove(Key("x")));
        Assert.Equal(["y"], TakeAll());
    }

    private void Enqueue(string trial, string sweep, int order, int priority = 0) =>
        _queue.Enqueue(new QueuedTrial(Key(trial), sweep, priority, order));

    private List<string> TakeAll()
    {
        var taken = new List<string>();
        while (_queue.TakeNext(sweep => _running.GetValueOrDefault(sweep)) is { } next)
        {
            _running[next.Sweep] = _running.GetValueOrDefault(next.Sweep) + 1;
            taken.Add(next.Trial.Hex.TrimEnd('.'));
        }

        return taken;
    }

    private static TrialKey Key(string name) => new(name.PadRight(64, '.'));
}
