using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Reports;

/// <summary>All that varies between equal runs: where, when and in how many attempts the trials ran. Tables hold none of it.</summary>
/// <param name="Sweep">The sweep's id.</param>
/// <param name="Version">The version of sbnn that wrote the report.</param>
/// <param name="Trials">The trials, in the order of the grid.</param>
public sealed record Manifest(string Sweep, string Version, IReadOnlyList<ManifestTrial> Trials)
{
    /// <summary>The manifest of a sweep.</summary>
    public static Manifest Of(SweepOutcome sweep) => new(
        sweep.Name,
        typeof(Manifest).Assembly.GetName().Version!.ToString(3),
        [.. sweep.Trials.Select(static trial => new ManifestTrial(trial.Key, trial.State, trial.Reason, trial.Attempts))]);
}

/// <summary>A trial's provenance.</summary>
/// <param name="Trial">Its key.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it failed or waits.</param>
/// <param name="Attempts">Its attempts.</param>
public sealed record ManifestTrial(TrialKey Trial, TrialState State, string? Reason, IReadOnlyList<AttemptProvenance> Attempts);
