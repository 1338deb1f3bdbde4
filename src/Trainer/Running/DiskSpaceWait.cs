using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Retries;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// Waits for room on a full disk with writes that a trial cannot begin or end without, because the training would
/// otherwise be lost.
/// </summary>
internal static class DiskSpaceWait
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Tries a write until it finds room, or only once. Null when it is written; otherwise the reason why the trainer
    /// must exit instead. It blocks, because torch's dispose scopes belong to a thread.
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
            tried => IsFull(tried.Exception) && (ending = lease.WhyLeave(stop)) is null,
            tried =>
            {
                folder.ShowLife(time);
                isReported = isReported
                    || Stderr.TryWriteLine(
                        $"{path}: the disk is full; waiting for room ({tried.Outcome.Exception!.Message})");
            });
        try
        {
            if (!stop.IsCancellationRequested && TryWrite(stop)) return null;
            TryWrite(CancellationToken.None); // A stop request ends the pause; one more try follows.
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
