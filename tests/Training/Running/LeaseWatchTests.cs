using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Running;

public sealed class LeaseWatchTests
{
    [Fact]
    public void A_lease_that_is_renewed_never_expires_and_one_that_stands_still_does_after_the_grace_period()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var path = folder.In("lease");
        File.WriteAllText(path, "1");
        var lease = new LeaseWatch(path, TimeSpan.FromSeconds(10), time);

        for (var renewal = 2; renewal < 12; renewal++)
        {
            time.Advance(TimeSpan.FromSeconds(9));
            File.WriteAllText(path, $"{renewal}");
            Assert.False(lease.IsExpired());
        }

        for (var second = 1; second < 10; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(lease.IsExpired());
        }

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(lease.IsExpired());
    }

    [Fact]
    public void A_missing_lease_counts_as_standing_still()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var lease = new LeaseWatch(folder.In("lease"), TimeSpan.FromSeconds(10), time);
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(lease.IsExpired());
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(lease.IsExpired());
    }

    [Fact]
    public void A_time_in_which_the_trainer_was_stopped_itself_does_not_end_its_lease()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var shorter = new LeaseWatch(folder.In("lease"), TimeSpan.FromSeconds(5), time);
        time.Advance(TimeSpan.FromSeconds(1e6));
        Assert.False(shorter.IsExpired());
        var lease = new LeaseWatch(folder.In("lease"), TimeSpan.FromSeconds(900), time);
        time.Advance(TimeSpan.FromSeconds(1e6)); // The machine slept, and its node with it.
        Assert.False(lease.IsExpired());
        for (var minute = 2; minute < 15; minute++)
        {
            time.Advance(TimeSpan.FromSeconds(60));
            Assert.False(lease.IsExpired());
        }

        time.Advance(TimeSpan.FromSeconds(60));
        Assert.True(lease.IsExpired());
    }

    [Fact]
    public void A_grace_of_zero_means_never()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var lease = new LeaseWatch(folder.In("lease"), TimeSpan.Zero, time);
        time.Advance(TimeSpan.FromSeconds(1e6));
        Assert.False(lease.IsExpired());
    }
}
