using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Claims;
using Sbnn.Sweeps.Reports.Provenance;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports.Pages;

/// <summary>
/// A sweep at a glance: scope, scale, hardware, time and outcome, each in a line. Facts that do not apply are absent.
/// </summary>
internal static class OutcomeFacts
{
    private const int MostNamed = 6;

    private static string NoTarget { get; } = Hyperparameters.Get("sparsity").Type.NullWord!;

    public static IEnumerable<(string Name, string Value)> Of(SweepOutcome sweep, TableModel table, string version)
    {
        var (trials, use) = (sweep.Trials, ComputeUse.Of(sweep.Trials));
        if (trials.Count > 0)
        {
            yield return ("Scope", Scope(trials));
            yield return ("Scale", Scale(sweep, table));
        }

        if (use.Attempts > 0)
        {
            if (Hardware(trials, use) is { Length: > 0 } hardware) yield return ("Hardware", hardware);
            yield return ("Time", Time(trials, use));
        }

        yield return ("Outcome", Outcome(sweep, use));
        if (VerdictSummary.Of(table.Metrics) is { } verdicts) yield return ("Compared with the paper", verdicts);
        if (ClaimsTable.Summary(table.Claims) is { } claims) yield return ("Claims", claims);
        yield return ("Sweep", sweep.Revision > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sweep.Name}, revision {sweep.Revision}") : sweep.Name);
        yield return ("Written by", $"sbnn {version}");
    }

    private static string Scope(IReadOnlyList<TrialOutcome> trials)
    {
        var targets = Distinct(trials, "sparsity").ToList();
        return Wording.Listed("; ",
            Named(Distinct(trials, "model")),
            Named(trials.Select(static trial =>
                Wording.Listed(" ", EnumWords.Of(trial.Spec.Dataset), trial.Spec.Folder)).Distinct()),
            Named(Distinct(trials, "method")),
            targets.Exists(static target => target != NoTarget)
                ? "sparsity " + Named(targets.Select(static target => target == NoTarget ? target : $"{target} %"))
                : "no sparsity target",
            Wording.Count(trials.Select(static trial => trial.Spec.Seed).Distinct().Count(), "seed"));
    }

    // Claims are decided by the same settings.
    private static string Scale(SweepOutcome sweep, TableModel table)
    {
        List<string> smaller =
            [.. table.Metrics.SelectMany(row => ClaimScale.Shortfalls(row, sweep.Table)).Distinct()];
        return Wording.Listed("; ",
            $"width {Named(Distinct(sweep.Trials, "width"))}",
            $"training images {Named(Distinct(sweep.Trials, "train-images"))}",
            $"epochs {Named(Distinct(sweep.Trials, "epochs"))}",
            smaller.Count == 0 ? null : $"reduced scale: {Named(smaller)}");
    }

    private static string Hardware(IReadOnlyList<TrialOutcome> trials, ComputeUse use) => Wording.Listed("; ",
        (string[])
        [
            .. trials.SelectMany(static trial => trial.Attempts).Select(static attempt => attempt.GpuModel)
                .OfType<string>().Distinct().Order(StringComparer.Ordinal),
            .. use.Devices.Select(static device => device.DeviceClass).OfType<string>(),
        ]);

    private static string Time(IReadOnlyList<TrialOutcome> trials, ComputeUse use)
    {
        var attempts = trials.SelectMany(static trial => trial.Attempts).ToList();
        var until = attempts.TrueForAll(static attempt => attempt.EndedAt is not null)
            ? TrialProvenance.Time(attempts.Max(static attempt => attempt.EndedAt!.Value)) : "now";
        return Wording.Listed("; ",
            $"{TrialProvenance.Time(attempts.Min(static attempt => attempt.StartedAt))} – {until}",
            Spent("wall time", TimeSpan.FromSeconds(use.WallSeconds)),
            Spent("CPU slots", TimeSpan.FromHours(use.CpuHours)),
            Spent("GPUs", TimeSpan.FromHours(use.GpuHours)),
            use.PeakMemoryMiB is { } peak ? $"peak memory {Wording.Memory(peak)}" : null,
            use.PeakGpuMemoryMiB is { } onGpu ? $"peak GPU memory {Wording.Memory(onGpu)}" : null);
    }

    private static string? Spent(string what, TimeSpan span) =>
        span > TimeSpan.Zero ? $"{what} {Wording.Duration(span)}" : null;

    private static string Outcome(SweepOutcome sweep, ComputeUse use)
    {
        var trials = sweep.Trials;
        if (sweep.Revision == 0) return $"{Wording.Count(trials.Count, "trial")}, not run";
        int Count(TrialState state) => trials.Count(trial => trial.State == state);
        var states = Wording.Listed(", ",
            string.Create(CultureInfo.InvariantCulture,
                $"{Count(TrialState.Finished)} of {Wording.Count(trials.Count, "trial")} finished"),
            Some(TrialState.Failed), Some(TrialState.Running), Some(TrialState.Waiting), Some(TrialState.Withdrawn));
        return Wording.Listed("; ", states,
            Wording.Some(use.RepeatedTrials, "repeated (more than one attempt)"),
            Wording.Some(use.UnreportedTrials, "unreported (no result)"));

        string? Some(TrialState state) => Wording.Some(Count(state), EnumWords.Of(state));
    }

    // The values of a hyperparameter in the trials on which it has an effect, in the grid's order.
    private static IEnumerable<string> Distinct(IReadOnlyList<TrialOutcome> trials, string name)
    {
        var parameter = Hyperparameters.Get(name);
        return trials.Select(static trial => trial.Spec).Where(parameter.HasEffect)
            .Select(trial => parameter.Format(parameter.Get(trial))).Distinct();
    }

    private static string Named(IEnumerable<string> values) => Wording.Named([.. values], MostNamed);
}
