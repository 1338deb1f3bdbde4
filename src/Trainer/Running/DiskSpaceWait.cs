using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Repeats a write until a full disk has room again. It is used for the writes without which a training cannot begin or
/// its result would be lost.
/// </summary>
internal static class DiskSpaceWait
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Tries a write until the disk has room for it, or only once if <paramref name="waits"/> is false. Returns null
    /// after the write; otherwise the reason why the trainer must exit. The method blocks the thread, because torch's
    /// dispose scopes belong to a thread.
    /// </summary>
    public static AttemptEnding? WaitFor(
        AttemptFolder folder, string path, Action write, bool waits, LeaseWatch lease, TimeProvider time,
        CancellationToken stop)
    {
        AttemptEnding? ending = null;
        var isReported = false;
        var writing = RetryPipeline.Create<bool>(
            time,
            BetweenTries,
            tried => IsFull(tried.Exception) && (ending = lease.FindStopReason(stop)) is null,
            tried =>
            {
                folder.ShowLife(time);
                isReported = isReported
                    || Stderr.TryWriteLine(
                        $"{path}: the disk is full; waiting for free space ({tried.Outcome.Exception!.Message})");
            });
        try
        {
            if (!stop.IsCancellationRequested && TryWrite(stop)) return null;
            TryWrite(CancellationToken.None); // A stop request ended a pause, so try once more.
            return null;
        }
        catch (IOException error) when (ending is not null && IsFull(error))
        {
            return ending;
        }

        bool IsFull(Exception? error) => waits && error is IOException io && DurableFile.IsDiskFull(io);

        bool TryWrite(CancellationToken pauses)
        {
            try
            {
                return writing.Execute(
                    _ =>
                    {
                        write();
                        return true;
                    },
                    pauses);
            }
            catch (OperationCanceledException) when (pauses.IsCancellationRequested)
            {
                return false;
            }
        }
    }
}
