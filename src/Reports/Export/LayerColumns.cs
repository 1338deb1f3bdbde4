using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using static Sbnn.Sweeps.Reports.Export.Columns<Sbnn.Sweeps.Reports.Export.ExportedLayer>;

namespace Sbnn.Sweeps.Reports.Export;

/// <summary>A row of the file of layers.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Epoch">The epoch.</param>
/// <param name="Layer">One of its binary layers.</param>
public sealed record ExportedLayer(TrialKey Trial, int Epoch, LayerRecord Layer);

/// <summary>The columns of the file of layers: a row for each binary layer at the end of each recorded epoch.</summary>
public static class LayerColumns
{
    /// <summary>All columns, in order.</summary>
    public static IReadOnlyList<ExportColumn<ExportedLayer>> All { get; } =
    [
        Text("trial", "The trial's key.", static row => row.Trial.Hex),
        Whole("epoch", "The epoch: 1, 2, ….", static row => row.Epoch),
        Whole("layer", "The layer's place among the binary layers, in forward order: 1, 2, ….",
            static row => row.Layer.Order),
        Whole("weights", "N of the layer: the number of its weights.", static row => row.Layer.Weights),
        Whole("ones", "U of the layer: the number of its weights that are 1.", static row => row.Layer.Ones),
        Whole("empty_filters", "Output channels whose every kernel is empty.", static row => row.Layer.EmptyFilters),
        Whole("dense_bops", "Binary operations of one image when dense.", static row => row.Layer.DenseBops),
        Number("tau", "τ: half the distance between β and α; the mean over the output channels.",
            static row => row.Layer.Tau),
        Number("phi", "φ: the middle between α and β; the mean over the output channels.",
            static row => row.Layer.Phi),
        .. Enumerable.Range(0, 10).Select(static ones => OptionalWhole(
            $"h{ones}", $"3×3 kernels with Hamming weight {ones}; empty for a layer without 3×3 kernels.",
            row => row.Layer.Hamming.Count > 0 ? row.Layer.Hamming[ones] : null)),
    ];
}
