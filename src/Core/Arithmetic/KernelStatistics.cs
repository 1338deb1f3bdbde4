using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// What a network's binary kernels cost and save (Sec. 4.2), from its layers' counts. 1×1 kernels count in <see cref="Weights"/>,
/// <see cref="Ones"/> and as dense operations, not in K₀, K₁ and BParams (our convention). Changes are fractions; negative is a saving.
/// </summary>
/// <param name="layers">The binary layers; at least one.</param>
public sealed class KernelStatistics(IReadOnlyList<LayerRecord> layers)
{
    private const int KernelWeights = 9;

    /// <summary>U: weights that are 1.</summary>
    public long Ones { get; } = layers.Sum(layer => layer.Ones);

    /// <summary>N: binary weights.</summary>
    public long Weights { get; } = layers.Sum(layer => layer.Weights);

    /// <summary>3×3 kernels.</summary>
    public long Kernels { get; } = layers.Sum(Count);

    /// <summary>h0…h9: 3×3 kernels by Hamming weight (Fig. 2).</summary>
    public IReadOnlyList<long> Hamming { get; } =
        [.. Enumerable.Range(0, KernelWeights + 1).Select(ones => layers.Where(layer => layer.Hamming.Count > 0).Sum(layer => layer.Hamming[ones]))];

    /// <summary>Binary operations when dense: one a weight and output position.</summary>
    public long DenseBops { get; } = layers.Sum(layer => layer.DenseBops);

    /// <summary>Output channels whose every kernel is empty.</summary>
    public long EmptyFilters { get; } = layers.Sum(layer => (long)layer.EmptyFilters);

    /// <summary>U/N.</summary>
    public double OnesFraction => (double)Ones / Weights;

    /// <summary>h(U/N) of Eq. 6, bits a weight.</summary>
    public double Entropy => BinaryEntropy.H(OnesFraction);

    /// <summary>K₀: fraction of 3×3 kernels with no 1.</summary>
    public double K0 => FractionOf(0);

    /// <summary>K₁: fraction of 3×3 kernels with a single 1.</summary>
    public double K1 => FractionOf(1);

    /// <summary>Bits a 3×3 kernel by the paper's code lengths: 2 for an empty one, 6 for a single 1, 11 for the others.</summary>
    public double BitsPerKernel => Bits(K0, K1);

    /// <summary>BParams PR = (2 + 4·K₁ + 9·(1 − K₀ − K₁))/9 − 1, which gives all five rows of Table 3.</summary>
    public double BParamsPr => BParamsPrOf(K0, K1);

    /// <summary>BOPs PR, the reading that tables print: K₀ and K₁ kernels are saved whole, each weighted by its 9·H·W operations.</summary>
    public double BopsPr => -layers.Sum(layer => SavedBops(layer, 1)) / DenseBops;

    /// <summary>BOPs PR when a kernel of a single 1 keeps one operation of nine.</summary>
    public double BopsPrK1EightNinths => -layers.Sum(layer => SavedBops(layer, 8.0 / KernelWeights)) / DenseBops;

    /// <summary>BOPs PR when only empty kernels are saved.</summary>
    public double BopsPrK0Only => -layers.Sum(layer => SavedBops(layer, 0)) / DenseBops;

    /// <summary>BOPs PR without weighting by output positions: −(K₀ + K₁).</summary>
    public double BopsPrUnweighted => -(K0 + K1);

    /// <summary>BOPs PR when only the operations of 1-valued weights remain.</summary>
    public double BopsPrSparse => SparseBops / DenseBops - 1;

    /// <summary>As <see cref="BopsPrSparse"/>, with the XNORs dropped too: half of what remains (Eq. 19 read as EC/2, erratum 1).</summary>
    public double BopsPrSparseNoXnor => SparseBops / 2 / DenseBops - 1;

    private double SparseBops => layers.Sum(layer => (double)layer.DenseBops * layer.Ones / layer.Weights);

    /// <summary>Bits a kernel for given K₀ and K₁: 2 + 4·K₁ + 9·(1 − K₀ − K₁).</summary>
    public static double Bits(double k0, double k1) => 2 + 4 * k1 + KernelWeights * (1 - k0 - k1);

    /// <summary>BParams PR for given K₀ and K₁.</summary>
    public static double BParamsPrOf(double k0, double k1) => Bits(k0, k1) / KernelWeights - 1;

    private static long Count(LayerRecord layer) => layer.Hamming.Sum();

    private static double SavedBops(LayerRecord layer, double shareOfK1)
    {
        if (layer.Hamming.Count == 0) return 0;
        return (double)layer.DenseBops / Count(layer) * (layer.Hamming[0] + shareOfK1 * layer.Hamming[1]);
    }

    private double FractionOf(int ones) => Kernels == 0 ? 0 : (double)Hamming[ones] / Kernels;
}
