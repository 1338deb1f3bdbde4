using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Silo.Terminal;

/// <summary>Why a trial stands where it does.</summary>
internal static class StateWording
{
    /// <summary>The reason in words; null for what needs none (it is finished, or trains).</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="sweep">The sweep through which one looks at it.</param>
    /// <param name="hasHead">An sbnn runs on the home.</param>
    /// <param name="isTraining">The trainer of its current attempt lives.</param>
    /// <param name="now">The time.</param>
    public static string? Why(TrialProgress trial, SweepProgress sweep, bool hasHead, bool isTraining, DateTimeOffset now) => trial.State switch
    {
        TrialState.Finished => null,
        TrialState.Failed => trial.Reason,
        TrialState.Withdrawn when sweep.Wish == SweepWish.Active => "no active sweep wants it",
        TrialState.Withdrawn => $"its sweep is {Knobs.WordOf(sweep.Wish)}",
        TrialState.Running when hasHead && sweep.Wish != SweepWish.Active => "runs for another sweep, or is stopping",
        TrialState.Running when hasHead => trial.Epoch == 0 ? "starting" : null,
        TrialState.Running when isTraining => "its trainer outlived its sbnn; the next run goes on with it",
        TrialState.Running => "its trainer is gone; the next run goes on from its last checkpoint",
        _ when !hasHead => Wording.Listed("; ", After(trial), "no sbnn runs here"),
        _ when trial.NotBefore - now is { } left && left > TimeSpan.Zero => $"tried again in {Wording.Duration(left)}; {After(trial)}",
        _ when sweep.Wish != SweepWish.Active => "waits for a free slot, for another sweep",
        _ => Wording.Listed("; ", After(trial), "waits for a free slot"),
    };

    private static string? After(TrialProgress trial) => trial.Reason is { } reason ? $"attempt {trial.Attempt}: {reason}" : null;
}
