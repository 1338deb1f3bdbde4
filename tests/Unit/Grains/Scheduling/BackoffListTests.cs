using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

public sealed class BackoffListTests
{
    private readonly BackoffList _backoff = new();

    [Fact]
    public void A_trial_is_due_when_its_time_has_come_and_the_earliest_goes_first()
    {
        _backoff.Add(Trial("late"), 20);
        _backoff.Add(Trial("early"), 10);

        Assert.Null(_backoff.TakeDue(9));
        Assert.Equal(Trial("early"), _backoff.TakeDue(20));
        Assert.Equal(Trial("late"), _backoff.TakeDue(20));
        Assert.Null(_backoff.TakeDue(100));
    }

    [Fact]
    public void Whatever_is_said_of_a_trial_again_and_again_does_not_put_it_off()
    {
        _backoff.Add(Trial("x"), 20);
        _backoff.Add(Trial("x", priority: 3), 30);
        Assert.Null(_backoff.TakeDue(19));
        Assert.Equal(Trial("x", priority: 3), _backoff.TakeDue(20));
        Assert.Null(_backoff.TakeDue(100));

        _backoff.Add(Trial("x"), 130);
        _backoff.Add(Trial("x"), 110);
        Assert.Equal(Trial("x"), _backoff.TakeDue(110));
        Assert.Null(_backoff.TakeDue(1000));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(9, 512)]
    [InlineData(10, 600)]
    [InlineData(100, 600)]
    [InlineData(int.MaxValue, 600)]
    public void A_backoff_doubles_up_to_the_longest(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), BackoffList.DelayAfter(failures, 2, TimeSpan.FromMinutes(10)));

    [Fact]
    public void A_changed_priority_at_the_same_time_does_not_make_it_due_twice()
    {
        _backoff.Add(Trial("x"), 10);
        _backoff.Add(Trial("x", priority: 3), 10);

        Assert.Equal(Trial("x", priority: 3), _backoff.TakeDue(10));
        Assert.Null(_backoff.TakeDue(100));
    }

    [Fact]
    public void A_removed_trial_is_never_due()
    {
        _backoff.Add(Trial("x"), 10);
        _backoff.Add(Trial("y"), 10);
        _backoff.Add(Trial("z"), 10);
        _backoff.Remove(Trial("x").Trial);
        _backoff.RemoveWhere(static trial => trial == Trial("y").Trial);

        Assert.Equal(Trial("z"), _backoff.TakeDue(10));
        Assert.Null(_backoff.TakeDue(10));
    }

    private static QueuedTrial Trial(string name, int priority = 0) => new(new TrialKey(name.PadRight(64, '.')), "sweep", priority, 0);
}
