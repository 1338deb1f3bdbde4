using Microsoft.Win32.SafeHandles;
using Sbnn.Sweeps.Core.Retries;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// An exclusive advisory lock on a file, held as long as a process lives. The kernel releases the lock when the process
/// ends, however it ends, so a locked file means that its process lives.
/// </summary>
/// <remarks>
/// The lock consists of two kernel locks, which do not exclude each other. The first is an open file description lock
/// (fcntl), which other processes can test without taking it. The second is flock, the only lock that earlier builds
/// and .NET's own <see cref="FileShare.None"/> respect. The process that holds the first lock owns the file, unless an
/// earlier build holds the second.
/// </remarks>
public sealed class FileLock : IDisposable
{
    private const int TriesBetweenReports = 50;

    // A process that tests the lock holds a shared flock for microseconds. If the testing process is suspended
    // meanwhile, a process that takes the lock waits at most this long for it.
    private static readonly TimeSpan FlockTimeout = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Takes the lock; null when another process holds it. A process that only tests the lock does not prevent this.
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

        // A process of an earlier build, or .NET while it writes the file, holds only the flock. This test takes a
        // shared flock for an instant; TryTakeFlock allows for that.
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

    // This process holds the description lock, so processes of this build no longer test the flock. A process that
    // already began to test holds a shared flock, which allows another shared flock; an exclusive flock of an earlier
    // build excludes both.
    private static bool TryTakeFlock(SafeFileHandle file)
    {
        bool isExclusive = false, isShared = false;
        SpinWait.SpinUntil(
            () => (isExclusive = Posix.TryFlock(file, Posix.ExclusiveFlock))
                || !(isShared = Posix.TryFlock(file, Posix.SharedFlock)),
            FlockTimeout);
        return isExclusive || isShared; // A shared flock also excludes the exclusive flocks of earlier builds.
    }
}
