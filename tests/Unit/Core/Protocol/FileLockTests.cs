using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Core.Protocol;

public sealed class FileLockTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.In("lock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TryTake_ReturnsNull_WhileAnotherCallerHoldsTheLock()
    {
        using (FileLock.TryTake(Path))
        {
            Assert.Null(FileLock.TryTake(Path));
            Assert.True(FileLock.IsHeld(Path));
        }

        Assert.False(FileLock.IsHeld(Path));
        using var next = FileLock.TryTake(Path);
        Assert.NotNull(next);
    }

    [Fact]
    public void IsHeld_IsFalse_WhenTheFileDoesNotExist() => Assert.False(FileLock.IsHeld(_folder.In("none/lock")));

    // Earlier builds locked files through .NET's file sharing, which uses only flock.
    [Fact]
    public void TryTake_ReturnsNull_WhileAnEarlierBuildHoldsTheLock()
    {
        using var earlier = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        Assert.True(FileLock.IsHeld(Path));
        Assert.Null(FileLock.TryTake(Path));
    }

    [Fact]
    public void TryTake_KeepsAnEarlierBuildFromTakingTheLock()
    {
        using var held = FileLock.TryTake(Path);

        Assert.Throws<IOException>(() => new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read));
    }

    [Fact]
    public async Task TryTake_Succeeds_WhileOtherThreadsTestTheLock()
    {
        File.WriteAllText(Path, "");
        using var stop = new CancellationTokenSource();
        var askers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested) FileLock.IsHeld(Path);
        })).ToArray();

        for (var i = 0; i < 2000; i++)
        {
            using var held = FileLock.TryTake(Path);
            Assert.NotNull(held);
            Assert.Throws<IOException>(() => new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }

        await stop.CancelAsync();
        await Task.WhenAll(askers);
    }

    // A process that is frozen during its test of the lock continues to hold a shared flock.
    [Fact]
    public void TryTake_Succeeds_WhileAProcessThatTestsTheLockIsFrozen()
    {
        File.WriteAllText(Path, "");
        using var frozen = new FileStream(Path, FileMode.Open, FileAccess.Read, FileShare.Read);

        using var held = FileLock.TryTake(Path);

        Assert.NotNull(held);
        Assert.True(FileLock.IsHeld(Path));
        Assert.Null(FileLock.TryTake(Path));
    }

    [Fact]
    public async Task WaitAsync_TakesTheLock_OnceItIsReleased()
    {
        var time = new WatchedTime();
        var pause = TimeSpan.FromMilliseconds(100);
        var held = FileLock.TryTake(Path);
        var calls = 0;
        var waiting = FileLock.WaitAsync(Path, () => calls++, time, TestContext.Current.CancellationToken);
        for (var i = 0; i < 50; i++)
        {
            await Eventually.UntilAsync(() => time.HasTimer(pause), "the next pause between retries");
            time.Advance(pause);
        }

        await Eventually.UntilAsync(() => time.HasTimer(pause), "the next pause between retries");
        Assert.Equal(2, calls); // The message was reported immediately and again after five seconds.
        held!.Dispose();
        time.Advance(pause);
        using var taken = await waiting;
        Assert.False(waiting.IsFaulted);
    }

    [Fact]
    public async Task WaitAsync_IsCancelled_WhileTheLockIsHeld()
    {
        using var held = FileLock.TryTake(Path);
        using var stop = new CancellationTokenSource();
        var waiting = FileLock.WaitAsync(Path, static () => { }, TimeProvider.System, stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
