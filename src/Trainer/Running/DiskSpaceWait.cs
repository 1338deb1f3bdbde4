using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Waits for room on a full disk: with what a trial cannot begin or end without, the training itself would be lost.
/// </summary>
internal static class DiskSpaceWait
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Writes what may find no room, again and again until it does, or once. Null when it is written; else why the
    /// trainer is to leave instead. Blocks, because torch's dispose scopes belong to a thread.
    /// </summary>
    public static AttemptEnding? WaitFor(
        AttemptFolder folder, string path, Action write, bool waits, LeaseWatch lease, TimeProvider time,
        CancellationToken stop)
    {
        AttemptEnding? ending = null;
        var isTold = false;
        var writing = RetryPipeline.Create<bool>(
            time,
            BetweenTries,
            tried => IsFull(tried.Exception) && (ending = lease.WhyLeave(stop)) is null,
            tried =>
            {
                folder.ShowLife(time);
                isTold = isTold
                    || Stderr.TrySay(
                        $"{path}: the disk is full; waiting for room ({tried.Outcome.Exception!.Message})");
            });
        try
        {
            if (!stop.IsCancellationRequested && TryWrite(stop)) return null;
            TryWrite(CancellationToken.None); // A request to leave ends the pause, and one more try is made.
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
