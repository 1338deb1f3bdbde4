using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// The notes below a table: what the values mean, remarks on the rows (<see cref="RowNotes"/>), and the comparison with
/// the paper (<see cref="PaperNotes"/>). A note appears only where it applies.
/// </summary>
internal static class TableNotes
{
    public static IReadOnlyList<string> Of(TableSpec table, IReadOnlyList<RowMetrics> rows) =>
    [
        .. Values(table, rows), .. Savings(table), .. CostNotes.Of(table, rows), .. Layers(table),
        .. Tests(table, rows), .. RowNotes.Of(table, rows), .. PaperNotes.Of(table, rows),
    ];

    /// <summary>Names rows in a note: "all rows", or the label of each.</summary>
    /// <param name="named">The rows that the note is about.</param>
    /// <param name="all">The number of rows that the note could be about.</param>
    public static string Labels(IReadOnlyCollection<RowMetrics> named, int all) =>
        named.Count == all ? "all rows" : string.Join("; ", named.Select(static row => row.Row.Label));

    private static IEnumerable<string> Values(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        var trained = rows.Where(static row => row.Trials.Count > 0).ToList();
        var validated = trained.FindAll(static row =>
            row.Trials.Any(static trial => trial.Spec.SelectOn == SelectionSplit.Validation));
        yield return table.Accuracy switch
        {
            AccuracyChoice.Best =>
                $"Values are from each trial's best epoch by {ChosenBy(trained, validated)}, among the epochs at the "
                    + $"target ({ReportedEpoch.Rule}, a convention of sbnn).",
            AccuracyChoice.BestOfAll =>
                $"Values are from each trial's best epoch by {ChosenBy(trained, validated)}, at the target or not, as "
                    + "in the authors' code.",
            _ => $"Values are from each trial's last epoch, which must be at the target ({ReportedEpoch.Rule}).",
        };
        if (table.Accuracy != AccuracyChoice.Last && validated.Count < trained.Count)
            yield return "Selection on the test set"
                + (validated.Count == 0 ? "" : $" ({Labels([.. trained.Except(validated)], trained.Count)})")
                + ": the epoch was chosen by the test images, so the accuracy is higher than on new images.";
        yield return trained.Exists(static row => row.Trials.Count > 1)
            ? "n: seeds with a value / seeds of the row. Top-1 is mean ± standard deviation (n − 1) over the seeds, "
                + "which set the initial weights, the order of the images and their augmentation. Other values are "
                + "means. A row has means only when each of its seeds has a value."
            : "n: seeds with a value / seeds of the row.";
        if (rows.Any(static row => row.Row.Baseline) && table.Columns.Contains(TableColumn.Delta))
            yield return $"Δ: top-1 minus that of the row {rows.First(static row => row.Row.Baseline).Row.Label}.";
    }

    private static string ChosenBy(List<RowMetrics> trained, List<RowMetrics> validated)
    {
        const string Validation =
            "accuracy on validation images, which are held out of the training images (the accuracies in the table "
                + "are on the test images)";
        return validated.Count == 0 ? "test accuracy"
            : validated.Count == trained.Count ? Validation
            : $"test accuracy, or ({Labels(validated, trained.Count)}) by {Validation}";
    }

    // The paper's text allows several definitions of BOPs PR. When a table shows more than one, a note explains each.
    private static IEnumerable<string> Savings(TableSpec table)
    {
        var shown = table.Columns;
        TableColumn[] variants =
            [TableColumn.BopsPrK1EightNinths, TableColumn.BopsPrSparse, TableColumn.BopsPrSparseHalf];
        if (shown.Any(variants.Contains))
        {
            List<string> definitions = [];
            if (shown.Contains(TableColumn.BopsPr))
                definitions.Add("kernels with no 1 or a single 1 cost nothing, and each kernel is weighted by its "
                    + "operations (Sec. 4.2; compared with the paper's values)");
            if (shown.Contains(TableColumn.BopsPrK1EightNinths))
                definitions.Add("(8/9): a kernel with a single 1 costs one operation of nine");
            if (shown.Contains(TableColumn.BopsPrSparse))
                definitions.Add("(sparse): only weights that are 1 cost an operation (Sec. 3.5)");
            if (shown.Contains(TableColumn.BopsPrSparseHalf))
                definitions.Add(
                    "(sparse/2): half of (sparse), without XNORs (Eq. 19, whose fraction is printed inverted)");
            yield return $"BOPs PR: {string.Join("; ", definitions)}.";
        }
    }

    private static IEnumerable<string> Layers(TableSpec table)
    {
        if (table.Columns.Contains(TableColumn.PhiTau))
            yield return "φ/τ: the median over the binary layers; 0 is {−β, +β}, and 1 is {0, β}. Batch normalisation "
                + "removes the scale of the two values, so that only φ/τ matters.";
        if (table.Columns.Any(static column =>
            column is (> TableColumn.Entropy and < TableColumn.PredictionInterval) or TableColumn.PhiTau))
            yield return "The counts of every layer and seed are in layers.csv.";
    }

    private static IEnumerable<string> Tests(TableSpec table, IReadOnlyList<RowMetrics> rows)
    {
        var shown = table.Columns;
        if (shown.Contains(TableColumn.PredictionInterval))
            yield return "Next seed: the interval in which the top-1 accuracy of one more seed lies with 95 % "
                + "(Student's t).";
        if (!shown.Any(static column => column is TableColumn.DeltaInterval or TableColumn.DeltaP)) yield break;
        var compared = rows.Where(static row => row.Comparison is not null).ToList();
        var tested = compared.FindAll(static row => row.Comparison!.P is not null);
        var paired = tested.FindAll(static row => row.Comparison!.IsPaired);
        var welch = tested.FindAll(static row => !row.Comparison!.IsPaired);
        if (paired.Count > 0)
            yield return $"Δ 95 % of {Labels(paired, compared.Count)}: Student's t, paired by seed.";
        if (welch.Count > 0)
            yield return $"Δ 95 % of {Labels(welch, compared.Count)}: Welch's t"
                + (table.Test == RowTest.Welch ? "." : ", because the seeds of the rows differ.");
        if (tested.Count > 0 && shown.Contains(TableColumn.DeltaP))
            yield return string.Create(CultureInfo.InvariantCulture,
                $"p: two-sided test of no difference to the baseline, with Holm's correction over {tested.Count} "
                + $"comparisons.");
        var untested = compared.Except(tested).ToList();
        if (untested.Count > 0)
            yield return $"Not tested: {Labels(untested, compared.Count)}, because a test needs at least two seeds "
                + "with different values.";
    }
}
