using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>One panel: a layer's kernels in a row.</summary>
/// <param name="Row">The row's label.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Shares">For each Hamming weight, the kernels that have it, in percent of the layer's, over the seeds;
/// null where they are not known.</param>
/// <param name="Gap">Why they are not known, where a word for it is needed.</param>
/// <param name="Resume">Whether resuming is exact where the row was trained.</param>
public sealed record HistogramPanel(
    string Row, int Layer, IReadOnlyList<Estimate>? Shares, string? Gap, ResumeCheck Resume)
{
    internal static HistogramPanel Of(RowMetrics row, int layer)
    {
        if (row.Gap is not null) return new HistogramPanel(row.Row.Label, layer, Shares: null, row.Gap, row.Resume);
        var counts = row.Trials.Select(trial => trial.Layers.FirstOrDefault(l => l.Order == layer)?.Hamming ?? [])
            .ToList();
        if (counts.Exists(static hamming => hamming.Count == 0))
            return new HistogramPanel(row.Row.Label, layer, Shares: null, Gap: null, row.Resume);
        return new HistogramPanel(
            row.Row.Label, layer,
            [.. Enumerable.Range(0, HistogramFigure.Weights)
                .Select(ones => Estimate.Of(counts.ConvertAll(hamming => 100m * hamming[ones] / hamming.Sum()))!)],
            Gap: null,
            row.Resume);
    }
}
