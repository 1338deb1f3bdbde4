using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Formatting;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Tables;

/// <summary>
/// The counts of the binary layers at the epoch that the table reports, as CSV: a line for each row, seed and layer,
/// and one for all layers together with the operations for one image. Shares and changes are in percent, entropy in
/// bits per weight, operations in single operations.
/// </summary>
public static class LayersCsv
{
    // Nine decimals, because the last digits of a logarithm differ between machines.
    private const int Decimals = 9;

    private static readonly (string Name, Func<Line, object?> Value)[] Columns =
    [
        ("row", static line => line.Row),
        ("seed", static line => line.Trial.Spec.Seed),
        ("layer", static line => line.Layer is { } layer ? layer.Order : "all"),
        ("weights", static line => line.Counts.Weights),
        ("ones", static line => line.Counts.Ones),
        .. Enumerable.Range(0, 10).Select<int,
        (string, Func<Line, object?>)>(
            static ones => ($"h{ones}", line => line.Counts.Kernels > 0 ? line.Counts.Hamming[ones] : null)),
        ("empty_filters", static line => line.Counts.EmptyFilters),
        ("k0", static line => line.Counts.Kernels > 0 ? Percent(line.Counts.K0) : null),
        ("k1", static line => line.Counts.Kernels > 0 ? Percent(line.Counts.K1) : null),
        ("entropy", static line => Math.Round((decimal)line.Counts.Entropy, Decimals)),
        ("dense_bops", static line => line.Counts.DenseBops),
        ("bops_pr", static line => Percent(line.Counts.BopsPr)),
        ("bops_pr_8_9", static line => Percent(line.Counts.BopsPrK1EightNinths)),
        ("bops_pr_sparse", static line => Percent(line.Counts.BopsPrSparse)),
        ("bops_pr_sparse_half", static line => Percent(line.Counts.BopsPrSparseNoXnor)),
        ("bparams_pr", static line => line.Counts.Kernels > 0 ? Percent(line.Counts.BParamsPr) : null),
        ("tau", static line => line.Layer?.Tau),
        ("phi", static line => line.Layer?.Phi),
        ("flops", static line => line.Cost?.RealMacs),
        ("ops", static line => line.Cost?.Ops),
        ("resume", static line => line.Trial.CheckOf().InWords()),
    ];

    /// <summary>Renders the file. Trials without a reported epoch have no lines.</summary>
    public static byte[] Render(TableModel table)
    {
        using var file = new MemoryStream();
        file.Write(CsvText.BytesOf([Columns.Select(static column => column.Name)]));
        // The file of a large sweep has 100,000 lines, so its rows are rendered in parallel.
        foreach (var row in table.Metrics.AsParallel().AsOrdered().Select(RenderRow)) file.Write(row);
        return file.ToArray();
    }

    private static byte[] RenderRow(RowMetrics row) =>
        CsvText.BytesOf(Lines(row).Select(static line => Columns.Select(column => column.Value(line))));

    private static IEnumerable<Line> Lines(RowMetrics row)
    {
        foreach (var trial in row.Trials.Where(static trial => trial.Reported is not null && trial.Layers.Count > 0))
        {
            var bits = trial.Spec.Method.PatternBits();
            foreach (var layer in trial.Layers)
                yield return new Line(row.Row.Label, trial, layer, new KernelStatistics([layer], bits), Cost: null);
            var cost = trial.Classes is { } classes ? Architectures.Of(trial.Spec, classes) : null;
            yield return new Line(row.Row.Label, trial, Layer: null, new KernelStatistics(trial.Layers, bits), cost);
        }
    }

    private static decimal Percent(double share) => Math.Round(100 * (decimal)share, Decimals);

    private sealed record Line(
        string Row, TrialOutcome Trial, LayerRecord? Layer, KernelStatistics Counts, Architecture? Cost);
}
