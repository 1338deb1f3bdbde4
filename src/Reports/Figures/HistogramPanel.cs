using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>One panel of the figure: the kernels of a layer, in a row of the table.</summary>
/// <param name="Row">The row's label.</param>
/// <param name="Layer">The layer.</param>
/// <param name="Shares">For each Hamming weight, the share of the layer's kernels in percent, over the seeds; null when
/// unknown.</param>
/// <param name="Gap">Why the shares are unknown, for the panel; null when the panel needs no explanation.</param>
/// <param name="Resume">Whether resuming is exact on the devices that trained the row.</param>
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
