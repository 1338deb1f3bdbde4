using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>K₀ and K₁ by binary layer, of the rows with a mean.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Rows">The rows, in the order of the table.</param>
/// <param name="Omitted">The number of rows that the figure does not show, because it has too few line styles for
/// them.</param>
internal sealed record KernelsFigure(string Title, IReadOnlyList<RowKernels> Rows, int Omitted)
{
    /// <summary>The figure of a table; null when no row has counts of 3×3 kernels.</summary>
    public static KernelsFigure? Of(string title, IEnumerable<RowMetrics> rows)
    {
        var counted = rows.Where(static row => row.Gap is null).Select(RowKernels.Of)
            .Where(static row => row.Layers.Count > 0).ToList();
        return counted.Count == 0 ? null
            : new KernelsFigure(title, [.. counted.Take(Palette.Most)], Math.Max(0, counted.Count - Palette.Most));
    }
}

/// <summary>K₀ and K₁ of a row.</summary>
/// <param name="Label">The row's label.</param>
/// <param name="Layers">K₀ and K₁ in percent over the seeds, by layer.</param>
internal sealed record RowKernels(string Label, IReadOnlyList<LayerKernels> Layers)
{
    internal static RowKernels Of(RowMetrics row) => new(
        row.Row.Label,
        [
            .. from layer in row.Trials.SelectMany(static trial => trial.Layers)
               let kernels = new KernelStatistics([layer])
               where kernels.Kernels > 0
               group kernels by layer.Order into seeds
               where seeds.Count() == row.Trials.Count
               orderby seeds.Key
               select new LayerKernels(seeds.Key, Percent(seeds, static kernels => kernels.K0),
                   Percent(seeds, static kernels => kernels.K1)),
        ]);

    private static Estimate Percent(IEnumerable<KernelStatistics> seeds, Func<KernelStatistics, double> share) =>
        Estimate.Of([.. seeds.Select(kernels => 100 * (decimal)share(kernels))])!;
}

/// <summary>K₀ and K₁ of a layer.</summary>
/// <param name="Order">The layer, from 1.</param>
/// <param name="K0">The share without a 1, percent.</param>
/// <param name="K1">The share with a single 1, percent.</param>
internal sealed record LayerKernels(int Order, Estimate K0, Estimate K1);
