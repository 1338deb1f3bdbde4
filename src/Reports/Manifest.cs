using System.Reflection;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Provenance;
using Sbnn.Sweeps.Reports.Tables;

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
    /// <summary>SHA-256 of the spec's text as it was submitted.</summary>
    public required string SpecSha256 { get; init; }

    /// <summary>The rows of the table, in its order, with what each was made of.</summary>
    public required IReadOnlyList<RowProvenance> Cells { get; init; }

    /// <summary>What all trials of the sweep took.</summary>
    public required ComputeUse Compute { get; init; }

    /// <summary>The manifest of a sweep and its table.</summary>
    public static Manifest Of(SweepOutcome sweep, TableModel table) => new(
        sweep.Name,
        sweep.Revision,
        typeof(Manifest).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
        [.. sweep.Trials.Select(static trial =>
            new ManifestTrial(trial.Key, trial.State, trial.Reason, trial.ResultSha256, trial.Attempts))])
    {
        SpecSha256 = sweep.SpecSha256,
        Cells = [.. table.Figures.Where(static row => row.Trials.Count > 0)
            .Select(row => RowProvenance.Of(row, sweep.SpecSha256))],
        Compute = ComputeUse.Of(sweep.Trials),
    };
}

/// <summary>A trial's provenance.</summary>
/// <param name="Trial">Its key.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why it failed or waits.</param>
/// <param name="ResultSha256">SHA-256 of its result's file.</param>
/// <param name="Attempts">Its attempts, first to last.</param>
public sealed record ManifestTrial(
    TrialKey Trial, TrialState State, string? Reason, string? ResultSha256, IReadOnlyList<AttemptProvenance> Attempts);
