namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// An exclusive advisory lock on a file (flock), held for as long as a process lives. The kernel releases it when the process is
/// gone, however it went: locked means alive, whoever asks.
/// </summary>
public sealed class FolderLock : IDisposable
{
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or gives null when another process holds it.</summary>
    public static FolderLock? TryTake(string path)
    {
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException error) when (IsSharingViolation(error))
        {
            return null;
        }
    }

    /// <summary>
    /// True when a process holds the lock. Asking takes a shared lock for an instant, so a taker should try again a few times
    /// (<see cref="TakeAsync"/>) before it believes that the folder is held.
    /// </summary>
    public static bool IsHeld(string path)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException error) when (IsSharingViolation(error))
        {
            return true;
        }
    }

    /// <summary>Takes the lock within about a second of tries; null when another process keeps holding it.</summary>
    public static async Task<FolderLock?> TakeAsync(string path, TimeProvider time, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            if (TryTake(path) is { } taken) return taken;
            if (tries == 20) return null;
            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellation);
        }
    }

    /// <summary>Takes the lock, however long another process holds it; while one does, <paramref name="whenHeld"/> is called every five seconds.</summary>
    public static async Task<FolderLock> WaitAsync(string path, Action whenHeld, TimeProvider time, CancellationToken cancellation)
    {
        for (var tries = 0; ; tries++)
        {
            if (TryTake(path) is { } taken) return taken;
            if (tries % 50 == 0) whenHeld();
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // EWOULDBLOCK from flock; .NET gives it as an IOException whose HResult is the errno.
    private static bool IsSharingViolation(IOException error) => error.HResult == 11;
}
