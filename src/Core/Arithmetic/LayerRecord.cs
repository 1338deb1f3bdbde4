namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>The counts of one binary layer at the end of an epoch.</summary>
public sealed record LayerRecord
{
    /// <summary>The layer's place among the binary layers: 1, 2, … in forward order.</summary>
    public required int Order { get; init; }

    /// <summary>N of the layer: its number of weights, out·in·k·k.</summary>
    public required long Weights { get; init; }

    /// <summary>U of the layer: its number of weights that are 1.</summary>
    public required long Ones { get; init; }

    /// <summary>
    /// h0…h9: the number of kernels of each Hamming weight. Ten counts for a 3×3 layer, an empty list for a 1×1 layer.
    /// </summary>
    public required IReadOnlyList<long> Hamming { get; init; }

    /// <summary>The number of output channels none of whose kernels contains a 1.</summary>
    public required int EmptyFilters { get; init; }

    /// <summary>
    /// The binary operations of one image when no operation is saved: one per weight and output position.
    /// </summary>
    public required long DenseBops { get; init; }

    /// <summary>τ: half the distance between α and β. Where each output channel has its own τ, their mean.</summary>
    public required double Tau { get; init; }

    /// <summary>φ: the midpoint between α and β.</summary>
    public required double Phi { get; init; }

    /// <summary>The reason why these counts cannot belong to one layer; null when they are consistent.</summary>
    public string? FindInconsistency()
    {
        if (Ones < 0 || Ones > Weights) return $"{Ones} of {Weights} weights are 1";
        if (Hamming.Count == 0) return null;
        if (Hamming.Count != KernelStatistics.KernelWeights + 1)
            return $"{Hamming.Count} counts by Hamming weight, not {KernelStatistics.KernelWeights + 1}";
        if (Hamming.Any(static kernels => kernels < 0)) return "a count by Hamming weight is negative";
        var (ones, weights) =
            (Hamming.Select(static (kernels, ones) => (decimal)ones * kernels)
                .Sum(), Hamming.Sum(static kernels => KernelStatistics.KernelWeights * (decimal)kernels));
        return (ones, weights) == (Ones, Weights) ? null
            : $"{Ones} of {Weights} weights are 1, but {ones} of {weights} according to the Hamming weights";
    }
}
