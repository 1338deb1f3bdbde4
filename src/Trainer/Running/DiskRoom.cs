using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>Waits for room on a full disk: with what a trial cannot begin or end without, the training itself would be lost.</summary>
internal static class DiskRoom
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Writes what may find no room, again and again until it does, or once. Null when it is written; else why the trainer is to leave instead.
    /// Blocks, for torch's dispose scopes belong to a thread.
    /// </summary>
    public static AttemptEnding? WaitFor(TrialFolder folder, string path, Action write, bool waits, LeaseWatch lease, TimeProvider time, CancellationToken stop)
    {
        for (var isTold = false; ;)
        {
            try
            {
                write();
                return null;
            }
            catch (IOException error) when (waits && DurableFile.IsDiskFull(error))
            {
                if (lease.WhyLeave(stop) is { } ending) return ending;
                folder.ShowLife(time);
                isTold = isTold || Stderr.TrySay($"{path}: the disk is full; waiting for room ({error.Message})");
            }

            // However the pause ends, what is next is another try.
            Task.WhenAny(Task.Delay(BetweenTries, time, stop)).GetAwaiter().GetResult();
        }
    }
}
