using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Trainers that an earlier head left running in a home and that no node has adopted. The head can stop them without a
/// silo and without the ledger, because the next run reads from their folders how they ended.
/// </summary>
public static class OrphanedTrainers
{
    private static readonly TimeSpan BetweenChecks = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Asks all orphaned trainers to stop, and returns when none of them runs. Each has written a checkpoint, or was
    /// killed because it took too long. An attempt whose trainer has not begun is closed. Only the head may call this
    /// method, while it has no silo.
    /// </summary>
    /// <param name="trialsRoot">The folder of the home's attempt folders.</param>
    /// <param name="time">The clock.</param>
    public static async Task StopAsync(string trialsRoot, TimeProvider time)
    {
        if (!Directory.Exists(trialsRoot)) return;
        var kills = OutOfMemoryKills.Find();
        var timeout = new ClusterTiming().StopTimeout;
        var left = (
            from trial in Directory.EnumerateDirectories(trialsRoot)
            from attempt in Directory.EnumerateDirectories(trial)
            let folder = new AttemptFolder(attempt)
            where !File.Exists(folder.Closed)
            select (Folder: folder, Process: new TrainerProcess(folder, new TrialKey(Path.GetFileName(trial)),
                process: null, new HangWatch(time), kills, timeout, time))).ToList();
        using var tick = new PeriodicTimer(BetweenChecks, time);
        left.RemoveAll(static trainer => HasEnded(trainer.Folder, trainer.Process));
        while (left.Count > 0)
        {
            left.ForEach(static trainer => trainer.Process.Stop());
            await tick.WaitForNextTickAsync();
            left.RemoveAll(static trainer => HasEnded(trainer.Folder, trainer.Process));
        }
    }

    private static bool HasEnded(AttemptFolder folder, TrainerProcess trainer)
    {
        try
        {
            return trainer.FindEnd() is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The trainer's events could not be read, or the attempt of a trainer that has ended could not be closed,
            // for example because the disk is full.
            return !FileLock.IsHeld(folder.Lock);
        }
    }
}
