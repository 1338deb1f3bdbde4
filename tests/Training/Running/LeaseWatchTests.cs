using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training.Running;

public sealed class LeaseWatchTests
{
    [Fact]
    public void IsExpired_IsTrue_OnlyWhenTheLeaseIsNotRenewed()
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
    public void IsExpired_IsTrue_WhenTheLeaseIsMissing()
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
    public void IsExpired_IsFalse_AfterTheTrainerItselfWasSuspended()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var shorter = new LeaseWatch(folder.In("lease"), TimeSpan.FromSeconds(5), time);
        time.Advance(TimeSpan.FromSeconds(1e6));
        Assert.False(shorter.IsExpired());
        var lease = new LeaseWatch(folder.In("lease"), TimeSpan.FromSeconds(900), time);
        time.Advance(TimeSpan.FromSeconds(1e6)); // The machine was suspended, and with it trainer and node.
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
    public void IsExpired_IsFalse_WithAGraceOfZero()
    {
        using var folder = new TempFolder();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        var lease = new LeaseWatch(folder.In("lease"), TimeSpan.Zero, time);
        time.Advance(TimeSpan.FromSeconds(1e6));
        Assert.False(lease.IsExpired());
    }
}
