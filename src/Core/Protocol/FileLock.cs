using Microsoft.Win32.SafeHandles;
using Sbnn.Sweeps.Core.Retries;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// An exclusive advisory lock on a file, held as long as a process lives. The kernel releases the lock when the process
/// ends, for whatever reason, so a locked file means that its process lives.
/// </summary>
/// <remarks>
/// The lock consists of two kernel locks, which do not see each other. One is an open file description lock (fcntl),
/// which other processes can test without taking it. The other is flock, the only one that earlier builds and .NET's
/// own <see cref="FileShare.None"/> take and see. The process that holds the first lock owns the file, unless an
/// earlier build holds the second.
/// </remarks>
public sealed class FileLock : IDisposable
{
    private const int TriesBetweenReports = 50;

    // A process that tests the lock holds a shared flock for microseconds. If such a process is frozen, this is how
    // long it can delay a process that takes the lock.
    private static readonly TimeSpan FlockTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Takes the lock; null when another process holds it. Processes that only test the lock never make this fail.
    /// </summary>
    public static FileLock? TryTake(string path)
    {
        var file = Posix.OpenOrCreate(path);
        try
        {
            if (Posix.TryLockDescription(file) && TryTakeFlock(file)) return new FileLock(file);
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>True when a process holds the lock.</summary>
    public static bool IsHeld(string path)
    {
        using var file = Posix.TryOpenToRead(path);
        if (file is null) return false;
        if (Posix.IsDescriptionLocked(file)) return true;

        // Only the flock may be held: by a process of an earlier build, or by .NET while it writes the file. This test
        // takes a shared flock for an instant; this build's TryTakeFlock expects that.
        return !Posix.TryFlock(file, Posix.SharedFlock);
    }

    /// <summary>
    /// Waits until the lock can be taken, without a time limit. Meanwhile <paramref name="whenHeld"/> is called every
    /// five seconds.
    /// </summary>
    public static async Task<FileLock> WaitAsync(
        string path, Action whenHeld, TimeProvider time, CancellationToken cancellation)
    {
        var taking = RetryPipeline.Create<FileLock?>(
            time, BetweenTries, static tried => tried is { Exception: null, Result: null }, tried =>
        {
            if (tried.AttemptNumber % TriesBetweenReports == 0) whenHeld();
        });
        return await taking.ExecuteAsync(_ => ValueTask.FromResult(TryTake(path)), cancellation)
            ?? throw new OperationCanceledException(cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // This process holds the description lock, so from now on no process of this build tests the flock. Processes that
    // had already begun to test hold a shared flock, which another shared flock is compatible with; an earlier build's
    // exclusive flock excludes both.
    private static bool TryTakeFlock(SafeFileHandle file)
    {
        bool isExclusive = false, isShared = false;
        SpinWait.SpinUntil(
            () => (isExclusive = Posix.TryFlock(file, Posix.ExclusiveFlock))
                || !(isShared = Posix.TryFlock(file, Posix.SharedFlock)),
            FlockTimeout);
        return isExclusive || isShared; // A shared flock, too, excludes exclusive ones.
    }
}
