using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Provenance;
using Sbnn.Sweeps.Reports.Tables;

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
    /// <summary>The version of this sbnn, with its commit.</summary>
    internal static string SbnnVersion { get; } =
        typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>SHA-256 of the spec's text as it was submitted.</summary>
    public required string SpecSha256 { get; init; }

    /// <summary>The rows of the table, in its order, with the trials and the software behind each.</summary>
    public required IReadOnlyList<RowProvenance> Cells { get; init; }

    /// <summary>The time, memory and devices that all trials of the sweep used.</summary>
    public required ComputeUse Compute { get; init; }

    /// <summary>The manifest of a sweep and its table.</summary>
    public static Manifest Of(SweepOutcome sweep, TableModel table) => new(
        sweep.Name,
        sweep.Revision,
        SbnnVersion,
        [.. sweep.Trials.Select(static trial =>
            new ManifestTrial(trial.Key, trial.State, trial.Reason, trial.ResultSha256, trial.Attempts)
            {
                Weights = KeptWeights.Of(trial.BestWeights, trial.LastWeights),
            })])
    {
        SpecSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sweep.SpecText))),
        Cells = [.. table.Metrics.Where(static row => row.Trials.Count > 0).Select(RowProvenance.Of)],
        Compute = ComputeUse.Of(sweep.Trials),
    };
}

/// <summary>A trial's provenance.</summary>
/// <param name="Trial">The trial's key.</param>
/// <param name="State">The trial's state.</param>
/// <param name="Reason">Why the trial failed or waits.</param>
/// <param name="ResultSha256">SHA-256 of the result's file.</param>
/// <param name="Attempts">The attempts, in order.</param>
public sealed record ManifestTrial(
    TrialKey Trial, TrialState State, string? Reason, string? ResultSha256, IReadOnlyList<AttemptProvenance> Attempts)
{
    /// <summary>SHA-256 of the weights that the trial left; null when its weights were not kept.</summary>
    public KeptWeights? Weights { get; init; }
}
