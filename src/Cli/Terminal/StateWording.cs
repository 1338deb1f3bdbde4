using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Why a trial, or a whole sweep, stands where it does.</summary>
internal static class StateWording
{
    /// <summary>The reason in words; null for what needs none (it is finished, or trains).</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="sweep">The sweep through which one looks at it.</param>
    /// <param name="wanting">The active sweep on whose behalf it runs or waits; null: there is none.</param>
    /// <param name="hasHead">An sbnn runs on the home.</param>
    /// <param name="isTraining">The trainer of its current attempt lives.</param>
    /// <param name="now">The time.</param>
    public static string? Why(TrialProgress trial, SweepProgress sweep, string? wanting, bool hasHead, bool isTraining, DateTimeOffset now)
    {
        var forOther = wanting is null || sweep.DesiredState == DesiredState.Active ? "" : $", for sweep {wanting}";
        return trial.State switch
        {
            TrialState.Finished => null,
            TrialState.Failed => trial.Reason,
            TrialState.Withdrawn when sweep.DesiredState == DesiredState.Active => "no active sweep wants it",
            TrialState.Withdrawn => $"its sweep is {Knobs.WordOf(sweep.DesiredState)}",
            TrialState.Running when hasHead && wanting is null => "stopping, for no active sweep wants it",
            TrialState.Running when hasHead && forOther.Length > 0 => $"runs{forOther}",
            TrialState.Running when hasHead => trial.Epoch == 0 ? trial.Doing ?? "starting" : null,
            TrialState.Running when isTraining => "its trainer outlived its sbnn; the next run goes on with it",
            TrialState.Running => "its trainer is gone; the next run goes on from its last checkpoint",
            _ when !hasHead => Wording.Listed("; ", After(trial), "no sbnn runs here"),
            _ when trial.NotBefore - now is { } left && left > TimeSpan.Zero => $"tried again in {Wording.Duration(left)}; {After(trial)}",
            _ => Wording.Listed("; ", After(trial), $"waits {(trial.RunsAlone ? ProgressWording.IdleNode : "for a free slot")}{forOther}"),
        };
    }

    /// <summary>Why a sweep waits that nothing is done for, and what ends that; null for an active one.</summary>
    public static string? Standstill(SweepProgress sweep, HomeFolder home) => sweep.DesiredState switch
    {
        DesiredState.Paused => $"{sweep.Name} is paused; `{home.Command($"resume {sweep.Name}")}` goes on",
        DesiredState.Cancelled => $"{sweep.Name} is cancelled",
        _ => null,
    };

    private static string? After(TrialProgress trial) => trial.Reason is { } reason ? $"attempt {trial.Attempt}: {reason}" : null;
}
