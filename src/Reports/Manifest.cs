using System.Reflection;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports;

/// <summary>
/// Everything that can differ between runs with equal results: where, when and in how many attempts the trials ran.
/// Tables contain none of it.
/// </summary>
/// <param name="Sweep">The sweep's id.</param>
/// <param name="Revision">The sweep's revision.</param>
/// <param name="Version">The version of sbnn that wrote the report, with its commit.</param>
/// <param name="Trials">The trials, in the order of the grid.</param>
public sealed record Manifest(string Sweep, int Revision, string Version, IReadOnlyList<ManifestTrial> Trials)
{
    /// <summary>The manifest of a sweep.</summary>
    public static Manifest Of(SweepOutcome sweep) => new(
        sweep.Name,
        sweep.Revision,
        typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        [.. sweep.Trials.Select(static trial =>
            new ManifestTrial(trial.Key, trial.State, trial.Reason, trial.ResultSha256, trial.Attempts))]);
}

/// <summary>A trial's provenance.</summary>
/// <param name="Trial">The trial's key.</param>
/// <param name="State">The trial's state.</param>
/// <param name="Reason">Why the trial failed or waits.</param>
/// <param name="ResultSha256">SHA-256 of the result's file.</param>
/// <param name="Attempts">The attempts, in order.</param>
public sealed record ManifestTrial(
    TrialKey Trial, TrialState State, string? Reason, string? ResultSha256, IReadOnlyList<AttemptProvenance> Attempts);
