using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>The notes below a table: conventions, sources, and remarks on rows.</summary>
internal static class TableNotes
{
    public static IReadOnlyList<string> Of(TableSpec table, IReadOnlyList<RowMetrics> rows) =>
    [
        .. Conventions(table, rows), .. Readings(table), .. Subbit(table, rows), .. Tests(table, rows), .. Gaps(rows),
        .. OneValuedLayers(rows), .. NegativeTaus(rows), .. Resuming(rows), .. Devices(rows), .. Sources(table, rows),
    ];

    private static IEnumerable<string> Conventions(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        yield return table.Accuracy switch
        {
            AccuracyChoice.Best =>
                $"Values are those of each trial's best epoch by {ChosenBy(rows)}, among epochs at the target (U/N ≤ "
                    + "1.05·EC): our convention.",
            AccuracyChoice.BestOfAll =>
                $"Values are those of each trial's best epoch by {ChosenBy(rows)}, at the target or not, as the "
                    + "authors choose.",
            _ => "Values are those of each trial's last epoch, which must be at the target (U/N ≤ 1.05·EC).",
        };
        yield return rows.Any(static row => row.Trials.Count > 1)
            ? "n: seeds with a value to report, of all. Top-1 is mean ± standard deviation (n − 1) over them, the "
                + "other values are means; a row that lacks a seed has no mean."
            : "n: seeds with a value to report, of all.";
        if (rows.Any(static row => row.Row.Baseline) && table.Columns.Contains(TableColumn.Delta))
            yield return $"Δ: top-1 less that of the row {rows.First(static row => row.Row.Baseline).Row.Label}.";
    }

    // The paper's text allows several definitions of BOPs PR. When a table shows more than one, a note explains each.
    private static IEnumerable<string> Readings(TableSpec table)
    {
        var shown = table.Columns;
        TableColumn[] variants =
            [TableColumn.BopsPrK1EightNinths, TableColumn.BopsPrSparse, TableColumn.BopsPrSparseHalf];
        if (shown.Any(variants.Contains))
        {
            List<string> readings = [];
            if (shown.Contains(TableColumn.BopsPr))
                readings.Add("kernels with no 1 or a single 1 are saved whole, each weighted by its operations: the "
                    + "paper's text (Sec. 4.2), and what is compared with its values");
            if (shown.Contains(TableColumn.BopsPrK1EightNinths))
                readings.Add("(8/9), a kernel with a single 1 keeps one operation of nine");
            if (shown.Contains(TableColumn.BopsPrSparse))
                readings.Add("(sparse), the operations of weights that are 1 remain (Sec. 3.5)");
            if (shown.Contains(TableColumn.BopsPrSparseHalf))
                readings.Add("(sparse/2), half of those, without XNORs (Eq. 19, which is printed upside down)");
            yield return $"BOPs PR: {string.Join("; ", readings)}.";
        }

        if (shown.Any(static column => column is TableColumn.Bops or TableColumn.Flops or TableColumn.Ops))
            yield return "BOPs, FLOPs, OPs: of one image in the dense network, in units of 10⁸; one BOP for each "
                + "binary weight and output position, one FLOP for each multiply-accumulate of a real layer, OPs = "
                + "FLOPs + BOPs/64.";
        if (shown.Any(static column => column is > TableColumn.Entropy and < TableColumn.PredictionInterval))
            yield return "Counts of every layer and seed: layers.csv.";
    }

    // What the intervals are of, and how many tests stand behind a p-value.
    private static IEnumerable<string> Tests(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        var shown = table.Columns;
        const string Spread = "over seeds of initial weights, order and augmentation (n − 1)";
        if (shown.Contains(TableColumn.PredictionInterval))
            yield return $"Next seed: the 95 % prediction interval (Student's t) of one more seed, {Spread}.";
        if (!shown.Any(static column => column is TableColumn.DeltaInterval or TableColumn.DeltaP)) yield break;
        var compared = rows.Where(static row => row.Comparison is not null).ToList();
        var tested = compared.FindAll(static row => row.Comparison!.P is not null);
        var (paired, welch) = (tested.FindAll(static row => row.Comparison!.IsPaired),
            tested.FindAll(static row => !row.Comparison!.IsPaired));
        if (paired.Count > 0)
            yield return $"Δ 95 %, paired by seed ({Those(paired)}): Student's t of the seeds' differences, {Spread}.";
        if (welch.Count > 0) yield return $"Δ 95 %, Welch's t ({Those(welch)}): the rows' seeds differ; {Spread}.";
        if (tested.Count > 0 && shown.Contains(TableColumn.DeltaP))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"p: two-sided, of no difference to the baseline; Holm's correction over {tested.Count} comparisons.");
        var untested = compared.Except(tested).ToList();
        if (untested.Count > 0)
            yield return $"Without a test ({Those(untested)}): a single seed, or seeds without spread, reach no level.";

        static string Those(List<RowMetrics> those) => string.Join("; ", those.Select(static row => row.Row.Label));
    }

    private static IEnumerable<string> Subbit(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        var isShown = table.Columns.Contains(TableColumn.BopsPr)
            && rows.Any(static row => row.BopsPr is not null && row.Trials[0].Spec.Method.PatternBits() is not null);
        if (isShown)
            yield return "BOPs PR of Subbit: with P patterns and C filters, a layer costs min(P, C)/C of its dense "
                + "operations, and 1/18 more where P < C.";
    }

    private static string ChosenBy(IReadOnlyList<RowMetrics> rows)
    {
        const string Validation =
            "accuracy on the validation images (held out of the training images; accuracies shown are on the test "
                + "images)";
        var validated =
            rows.Where(static row => row.Trials.Any(static trial => trial.Spec.SelectOn == SelectionSplit.Validation))
            .ToList();
        return validated.Count == 0 ? "test accuracy"
            : validated.Count == rows.Count(static row => row.Trials.Count > 0) ? Validation
            : $"test accuracy, or ({string.Join("; ", validated.Select(static row => row.Row.Label))}) by {Validation}";
    }

    // The notes contain only what follows from the results. Reasons can differ between runs, so they are in the
    // manifest.
    private static IEnumerable<string> Gaps(IReadOnlyList<RowMetrics> rows)
    {
        if (rows.Any(static row => row.Gap?.StartsWith("failed", StringComparison.Ordinal) == true))
            yield return "failed: so many seeds ended without a result; the reasons are in manifest.json.";
        if (rows.Any(static row => row.Gap?.StartsWith("diverged", StringComparison.Ordinal) == true))
            yield return "diverged: the loss of so many seeds became NaN or infinite, as it would again.";
        if (rows.Any(static row => row.Missed is not null))
        {
            yield return "target missed: so many seeds were not at the target sparsity (U/N ≤ 1.05·EC). In "
                + "parentheses, what these came to at their "
                + "last epoch, to learn from: not the row's result. A larger γ, a higher learning rate or more steps "
                + "(more epochs, more images, "
                + "smaller batches) lower U/N.";
        }

        foreach (var row in rows.Where(static row => row.CollapsedSeeds.Count > 0))
            yield return $"† {row.Row.Label}: at the end all its binary weights hold one value (collapsed), with seed "
                + $"{string.Join(", ", row.CollapsedSeeds)}.";
    }

    // All output channels of a layer with a single value are equal, which matters to readers of K₀ and BOPs PR.
    private static IEnumerable<string> OneValuedLayers(IReadOnlyList<RowMetrics> rows) =>
        from row in rows
        where row.OneValuedLayers.Any(static seed => seed.OneValued > 0)
        let shown = string.Join(", ",
            row.OneValuedLayers.Select(static seed =>
                string.Create(CultureInfo.InvariantCulture, $"{seed.OneValued} of {seed.Layers}")))
        select $"{row.Row.Label}: binary layers whose weights all hold one value, by seed: {shown}.";

    // Sec. 3.2 of the paper excludes a negative τ, but training does not. Before a batch normalisation such a layer is
    // still correct.
    private static IEnumerable<string> NegativeTaus(IReadOnlyList<RowMetrics> rows) =>
        from row in rows
        let counted = row.Trials.Where(static trial => trial.Layers.Count > 0).Select(static trial => string.Create(
            CultureInfo.InvariantCulture,
            $"{trial.Layers.Count(static layer => layer.Tau < 0)} of {trial.Layers.Count}"))
        where row.Trials.Any(static trial => trial.Layers.Any(static layer => layer.Tau < 0))
        select $"{row.Row.Label}: binary layers with a negative τ, whose α lies above β (layers.csv), by seed: "
            + $"{string.Join(", ", counted)}.";

    // The results of the preflights. The manifest has the machines, so that runs on other machines have the same table.
    private static IEnumerable<string> Resuming(IReadOnlyList<RowMetrics> rows)
    {
        var known = rows.Where(static row => row.Resume != ResumeCheck.None).ToLookup(static row => row.Resume);
        string Those(ResumeCheck check) =>
            known.Count == 1 ? "all rows" : string.Join("; ", known[check].Select(static row => row.Row.Label));
        if (known.Contains(ResumeCheck.Exact))
            yield return $"resume-exact ({Those(ResumeCheck.Exact)}): a short trial of the same model and method, "
                + "stopped and resumed, gave the bytes of an undisturbed one where these were trained; an "
                + "interruption is taken to have changed nothing.";
        if (known.Contains(ResumeCheck.Inexact))
            yield return $"‡ resume-inexact ({Those(ResumeCheck.Inexact)}): where these were trained, a short trial "
                + "that was stopped and resumed did not give the bytes of an undisturbed one; values of trials "
                + "that were interrupted (manifest.json) may differ from those of undisturbed ones.";
        if (known.Contains(ResumeCheck.Unchecked))
            yield return $"resume-unchecked ({Those(ResumeCheck.Unchecked)}): whether an interruption changes nothing "
                + "was not checked where these were trained.";
    }

    private static IEnumerable<string> Devices(IReadOnlyList<RowMetrics> rows)
    {
        List<string> mixed = [.. rows.Where(static row => row.MixesDevices).Select(static row => row.Row.Label)];
        if (mixed.Count == 0) yield break;
        var those = mixed.Count == rows.Count(static row => row.Trials.Count > 0) ? "all rows"
            : string.Join("; ", mixed);
        yield return $"§ mixed devices ({those}): the seeds were trained on different processors, GPUs, numbers of "
            + "threads or builds of torch (manifest.json), which round differently; a part of their spread may come "
            + "from that.";
    }

    private static IEnumerable<string> Sources(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        if (table.Source is not { } source) yield break;
        yield return $"Paper: {source.Citation.TrimEnd('.')}.";
        if (rows.Any(static row => row.Row.Published?.Top1 is not null))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Verdict, by the 95 % interval (Student's t) of ours − paper: reproduced if it lies inside "
                    + $"±{VerdictExtensions.Tolerance} pp, not reproduced if outside, underpowered if it reaches over "
                    + $"or there is no interval; not comparable if our settings differ; not run if a result is "
                    + $"missing.");
        }

        var quotes = rows.Where(static row => row.Row.IsQuote).Select(static row => row.Row.Label).ToList();
        if (quotes.Count > 0) yield return $"Not trained here, the paper's values alone: {string.Join("; ", quotes)}.";

        foreach (var group in rows.Where(static row => row.Differences.Count > 0 && row.Row.Published is not null)
            .GroupBy(static row => string.Join(", ", row.Differences)))
        {
            var which = group.Count() == rows.Count(static row => !row.Row.IsQuote) ? "all rows"
                : string.Join("; ", group.Select(static row => row.Row.Label));
            yield return $"Not comparable with the paper's runs: {which}, by {group.Key}.";
        }

        foreach (var row in rows.Where(static row => row.Row.Published?.Note is not null))
            yield return $"{row.Row.Label}, in the paper: {row.Row.Published!.Note!.TrimEnd('.')}.";
    }
}
