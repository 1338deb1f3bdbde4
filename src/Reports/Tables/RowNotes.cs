using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// Remarks on rows: conventions of sbnn that affect their values, missing values, and how their trials were trained.
/// </summary>
internal static class RowNotes
{
    public static IEnumerable<string> Of(TableSpec table, IReadOnlyList<RowMetrics> rows) =>
    [
        .. Domains(rows), .. Clamped(rows), .. Subbit(table, rows), .. Gaps(rows), .. OneValuedLayers(rows),
        .. NegativeTaus(rows), .. Resuming(rows), .. Devices(rows),
    ];

    // The paper does not define how τ and φ of these domains are computed while the penalty removes ones, so a note
    // states it.
    private static IEnumerable<string> Domains(IReadOnlyList<RowMetrics> rows)
    {
        List<TrialSpec> specs =
            [.. rows.Where(static row => row.Trials.Count > 0).Select(static row => row.Trials[0].Spec)
                .Where(static spec => spec.Method.HasDomain())];
        var penalised = specs.FindAll(static spec => spec.Sparsity is not null);
        List<string> computed = [];
        if (penalised.Exists(static spec => spec.Domain == DomainKind.Symmetric)) computed.Add("{−β, +β}");
        if (penalised.Exists(static spec => spec.Domain == DomainKind.ClosedForm)) computed.Add("{α, β} by Eq. 15");
        if (computed.Count > 0)
            yield return $"{string.Join(" and ", computed)}: τ and φ are computed for each layer in each forward pass, "
                + "without a gradient through them, from weights that are not standardised (conventions of sbnn).";
        if (specs.Exists(static spec => spec.Domain == DomainKind.ZeroOne))
            yield return "{0, β}: τ = ‖w‖₁/N as for {−β, +β}, and φ = τ, so that α is 0. This domain is ours; the "
                + "paper does not have it.";
        if (specs.Exists(static spec => spec.Domain == DomainKind.ClosedFormCentred))
            yield return "{α, β} by Eq. 15, centred: τ is that of Eq. 15, and φ that of Eq. 15 less the mean of the "
                + "weights, which is (1 − 2·U/N)·τ in each layer. This domain is ours; the paper does not have it.";
    }

    private static IEnumerable<string> Clamped(IReadOnlyList<RowMetrics> rows)
    {
        List<RowMetrics> clamped = [.. rows.Where(static row => row.Trials is [{ Spec.Method: MethodKind.IrNet }, ..])];
        if (clamped.Count > 0)
            yield return $"{TableNotes.Labels(clamped, clamped.Count + 1)}: the real weights of binary layers are "
                + "clamped to ±1.5 after each step, as for SBNN; the paper leaves this open.";
    }

    private static IEnumerable<string> Subbit(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        if (!rows.Any(static row => row.Trials is [{ } trial, ..] && trial.Spec.Method.PatternBits() is not null))
            yield break;
        yield return "Subbit: the patterns learn at each 25th training step, and of two equal patterns the later one "
            + "is replaced by an unused one (conventions of sbnn).";
        if (table.Columns.Contains(TableColumn.BopsPr))
            yield return "BOPs PR of Subbit: with P patterns and C filters, a layer costs min(P, C)/C of its dense "
                + "operations, and 1/18 more where P < C.";
    }

    // The notes contain only what follows from the results. Reasons of failures can differ between runs, so only the
    // manifest has them.
    private static IEnumerable<string> Gaps(IReadOnlyList<RowMetrics> rows)
    {
        if (rows.Any(static row => row.Gap?.StartsWith("failed", StringComparison.Ordinal) == true))
            yield return "failed: the number of seeds whose trial failed; manifest.json has the reasons.";
        if (rows.Any(static row => row.Gap?.StartsWith("diverged", StringComparison.Ordinal) == true))
            yield return "diverged: the number of seeds whose loss became NaN or infinite; a retry would end the same "
                + "way.";
        if (rows.Any(static row => row.Missed is not null))
            yield return "target missed: the number of seeds whose trial was not at its target "
                + $"({ReportedEpoch.Rule}). Their values at the last epoch are in parentheses and are not a result of "
                + "the row. A larger γ, a higher learning rate or more steps (more epochs or images, smaller batches) "
                + "lower U/N.";
        foreach (var row in rows.Where(static row => row.CollapsedSeeds.Count > 0))
            yield return $"† {row.Row.Label}: at the end all binary weights have the same value (collapsed), with "
                + $"seed {string.Join(", ", row.CollapsedSeeds)}.";
    }

    // When all weights of a layer have the same value, its output channels are all equal. Readers of K₀ and BOPs PR
    // should know that, because such a layer changes both.
    private static IEnumerable<string> OneValuedLayers(IReadOnlyList<RowMetrics> rows) =>
        from row in rows
        where row.OneValuedLayers.Any(static seed => seed.OneValued > 0)
        let shown = string.Join(", ",
            row.OneValuedLayers.Select(static seed =>
                string.Create(CultureInfo.InvariantCulture, $"{seed.OneValued} of {seed.Layers}")))
        select $"{row.Row.Label}: binary layers whose weights all have the same value, by seed: {shown}.";

    // Sec. 3.2 of the paper excludes a negative τ, but training does not. Before a batch normalisation such a layer is
    // still correct.
    private static IEnumerable<string> NegativeTaus(IReadOnlyList<RowMetrics> rows) =>
        from row in rows
        let counted = row.Trials.Where(static trial => trial.Layers.Count > 0).Select(static trial => string.Create(
            CultureInfo.InvariantCulture,
            $"{trial.Layers.Count(static layer => layer.Tau < 0)} of {trial.Layers.Count}"))
        where row.Trials.Any(static trial => trial.Layers.Any(static layer => layer.Tau < 0))
        select $"{row.Row.Label}: binary layers with a negative τ, and so with α above β (layers.csv), by seed: "
            + $"{string.Join(", ", counted)}.";

    // The results of the preflights. The manifest has the machines, so that runs on other machines have the same table.
    private static IEnumerable<string> Resuming(IReadOnlyList<RowMetrics> rows)
    {
        var known = rows.Where(static row => row.Resume != ResumeCheck.None).ToLookup(static row => row.Resume);
        var all = known.Sum(static group => group.Count());
        string Those(ResumeCheck check) => TableNotes.Labels([.. known[check]], all);
        if (known.Contains(ResumeCheck.Exact))
            yield return $"resume-exact ({Those(ResumeCheck.Exact)}): on the machines that trained these rows, a short "
                + "training that was stopped and resumed gave the same bytes as an uninterrupted one.";
        if (known.Contains(ResumeCheck.Inexact))
            yield return $"‡ resume-inexact ({Those(ResumeCheck.Inexact)}): on a machine that trained these rows, a "
                + "short training that was stopped and resumed gave other bytes than an uninterrupted one, so trials "
                + "that were interrupted (manifest.json) may have other values.";
        if (known.Contains(ResumeCheck.Unchecked))
            yield return $"resume-unchecked ({Those(ResumeCheck.Unchecked)}): no short training was stopped and "
                + "resumed on the machines that trained these rows.";
    }

    private static IEnumerable<string> Devices(IReadOnlyList<RowMetrics> rows)
    {
        List<RowMetrics> mixed = [.. rows.Where(static row => row.MixesDevices)];
        if (mixed.Count == 0) yield break;
        var those = TableNotes.Labels(mixed, rows.Count(static row => row.Trials.Count > 0));
        yield return $"§ mixed devices ({those}): the seeds were trained on different device classes (processor or "
            + "GPU, threads, build of torch; manifest.json), whose rounding differs. A part of the spread may come "
            + "from that.";
    }
}
