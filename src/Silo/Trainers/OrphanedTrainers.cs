using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Trainers that an earlier head left running in a home and that no node has adopted. The head can stop them without a
/// silo and without the ledger: how they end is in their folders, where the next run reads it.
/// </summary>
public static class OrphanedTrainers
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Asks all of them to stop, and returns when none lives: they have written checkpoints, or took too long and were
    /// ended by force. An attempt whose trainer has not begun is closed. To be called by the head, while it has no
    /// silo.
    /// </summary>
    /// <param name="trialsRoot">Where the home's attempt folders live.</param>
    /// <param name="time">The clock.</param>
    public static async Task StopAsync(string trialsRoot, TimeProvider time)
    {
        if (!Directory.Exists(trialsRoot)) return;
        var kills = OutOfMemoryKills.Find();
        var patience = new ClusterTiming().StopPatience;
        var left = (
            from trial in Directory.EnumerateDirectories(trialsRoot)
            from attempt in Directory.EnumerateDirectories(trial)
            let folder = new AttemptFolder(attempt)
            where !File.Exists(folder.Closed)
            select new TrainerProcess(folder, new TrialKey(Path.GetFileName(trial)), process: null, new HangWatch(time),
                kills, patience, time)).ToList();
        using var tick = new PeriodicTimer(BetweenLooks, time);
        left.RemoveAll(HasEnded);
        while (left.Count > 0)
        {
            left.ForEach(static trainer => trainer.Stop());
            await tick.WaitForNextTickAsync();
            left.RemoveAll(HasEnded);
        }
    }

    private static bool HasEnded(TrainerProcess trainer)
    {
        try
        {
            return trainer.FindEnd() is not null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return true; // Its folder has no room to be closed, so no trainer holds it.
        }
    }
}
