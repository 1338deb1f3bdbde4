using System.Reflection;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports;

/// <summary>
/// All that varies between equal runs: where, when and in how many attempts the trials ran. Tables hold none of it.
/// </summary>
/// <param name="Sweep">The sweep's id.</param>
/// <param name="Revision">Its revision.</param>
/// <param name="Version">The version of sbnn that wrote the report, with its commit.</param>
/// <param name="Trials">The trials, in the order of the grid.</param>
public sealed record Manifest(string Sweep, int Revision, string Version, IReadOnlyList<ManifestTrial> Trials)
{
    /// <summary>The version of this sbnn, with its commit.</summary>
    internal static string SbnnVersion { get; } =
        typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The manifest of a sweep.</summary>
    public static Manifest Of(SweepOutcome sweep) => new(
        sweep.Name,
        sweep.Revision,
        SbnnVersion,
        [.. sweep.Trials.Select(static trial =>
            new ManifestTrial(trial.Key, trial.State, trial.Reason, trial.ResultSha256, trial.Attempts))]);
}

/// <summary>A trial's provenance.</summary>
/// <param name="Trial">Its key.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it failed or waits.</param>
/// <param name="ResultSha256">SHA-256 of its result's file.</param>
/// <param name="Attempts">Its attempts, first to last.</param>
public sealed record ManifestTrial(
    TrialKey Trial, TrialState State, string? Reason, string? ResultSha256, IReadOnlyList<AttemptProvenance> Attempts);
