using Microsoft.Win32.SafeHandles;
using Sbnn.Sweeps.Core.Retries;

namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// An exclusive advisory lock on a file, held for as long as a process lives. The kernel releases it when the process
/// is gone, however it went: locked means alive, whoever asks.
/// </summary>
/// <remarks>
/// The lock is two of the kernel's, which do not see each other: an open file description lock (fcntl), which others
/// can ask for without taking anything, and flock, the only one that earlier builds and .NET's own
/// <see cref="FileShare.None"/> take and see. Whoever holds the
/// first owns the file, unless an earlier build holds the second.
/// </remarks>
public sealed class FileLock : IDisposable
{
    private const int TriesBetweenReports = 50;

    // An asker holds a shared flock for microseconds. A frozen one does not block a taker for longer.
    private static readonly TimeSpan PatienceWithAskers = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly SafeFileHandle _file;

    private FileLock(SafeFileHandle file) => _file = file;

    /// <summary>
    /// Takes the lock, or gives null when another process holds it. Nobody who only asks makes it fail.
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

        // Only flock may be held: by a process of an earlier build, or by a file of .NET's that is being written.
        // Asking for it takes it for an instant, shared, and a taker of this build knows that for what it is.
        return !Posix.TryFlock(file, Posix.SharedFlock);
    }

    /// <summary>
    /// Takes the lock, however long another process holds it; while one does, <paramref name="whenHeld"/> is called
    /// every five seconds.
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

    // The description's lock is ours: from now on nobody of this build asks for the flock. Those who had begun to ask
    // hold a shared one, which a shared one goes with; the exclusive one of an earlier build's holder excludes both.
    private static bool TryTakeFlock(SafeFileHandle file)
    {
        bool isExclusive = false, isShared = false;
        SpinWait.SpinUntil(
            () => (isExclusive = Posix.TryFlock(file, Posix.ExclusiveFlock))
                || !(isShared = Posix.TryFlock(file, Posix.SharedFlock)),
            PatienceWithAskers);
        return isExclusive || isShared; // A shared flock keeps out those who would take an exclusive one.
    }
}
