namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// What a network's binary kernels cost and save (Sec. 4.2), computed from its layers' counts. Our convention: 1×1
/// kernels count in <see cref="Weights"/>, <see cref="Ones"/> and the dense operations, but not in K₀, K₁ and BParams.
/// Changes are fractions; a negative change is a saving. Without binary layers (<see cref="Weights"/> is 0) every value
/// is 0.
/// </summary>
/// <param name="layers">The binary layers.</param>
/// <param name="patternBits">For Subbit: the number of bits that name one of a layer's kernel patterns; null for all
/// other methods.</param>
public sealed class KernelStatistics(IReadOnlyList<LayerRecord> layers, int? patternBits = null)
{
    internal const int KernelWeights = 9;

    /// <summary>U: weights that are 1.</summary>
    public long Ones { get; } = layers.Sum(layer => layer.Ones);

    /// <summary>N: binary weights.</summary>
    public long Weights { get; } = layers.Sum(layer => layer.Weights);

    /// <summary>3×3 kernels.</summary>
    public long Kernels { get; } = layers.Sum(Count);

    /// <summary>h0…h9: 3×3 kernels by Hamming weight (Fig. 2).</summary>
    public IReadOnlyList<long> Hamming { get; } =
        [.. Enumerable.Range(0, KernelWeights + 1)
            .Select(ones => layers.Where(layer => layer.Hamming.Count > 0).Sum(layer => layer.Hamming[ones]))];

    /// <summary>Binary operations when dense: one per weight and output position.</summary>
    public long DenseBops { get; } = layers.Sum(layer => layer.DenseBops);

    /// <summary>Output channels whose every kernel is empty.</summary>
    public long EmptyFilters { get; } = layers.Sum(layer => (long)layer.EmptyFilters);

    /// <summary>U/N.</summary>
    public double OnesFraction => Weights == 0 ? 0 : (double)Ones / Weights;

    /// <summary>h(U/N) of Eq. 6, in bits per weight.</summary>
    public double Entropy => BinaryEntropy.H(OnesFraction);

    /// <summary>K₀: fraction of 3×3 kernels with no 1.</summary>
    public double K0 => FractionOf(0);

    /// <summary>K₁: fraction of 3×3 kernels with a single 1.</summary>
    public double K1 => FractionOf(1);

    /// <summary>
    /// Bits per 3×3 kernel by the paper's code lengths: 2 for an empty kernel, 6 for a single 1, 11 for all others. For
    /// Subbit, the number of pattern bits.
    /// </summary>
    public double BitsPerKernel => patternBits ?? 2 + (4 * K1) + (KernelWeights * (1 - K0 - K1));

    /// <summary>
    /// BParams PR = (2 + 4·K₁ + 9·(1 − K₀ − K₁))/9 − 1 (Sec. 4.2), which gives all five rows of Table 3; for Subbit
    /// bits/9 − 1, which gives its three rows. (Erratum 8: Table 3 prints no value in its row of 50 %, where the code
    /// would cost 12.8 % more.)
    /// </summary>
    public double BParamsPr => Kernels == 0 ? 0 : BitsPerKernel / KernelWeights - 1;

    /// <summary>
    /// BOPs PR by kernel removal, reported beside the paper's (Sec. 4.2, "operations which are not computed from the
    /// kernels with Hamming weight 0 and 1"): such kernels are saved entirely, each weighted by its 9·H·W operations.
    /// (Erratum 8: the "79.2 % of kernels" of Sec. 4.2 are a BOPs PR.)
    /// </summary>
    public double BopsPr => OfDense(-layers.Sum(layer => SavedBops(layer, 1)));

    /// <summary>
    /// BOPs PR by kernel removal when a kernel with a single 1 keeps one of its nine operations, because it needs no
    /// convolution (Sec. 3.5).
    /// </summary>
    public double BopsPrK1EightNinths => OfDense(-layers.Sum(layer => SavedBops(layer, 8.0 / KernelWeights)));

    /// <summary>
    /// BOPs PR by sparse operations: only the operations of weights that are 1 remain, by each layer's density (Sec.
    /// 3.5; "≈ 84.9 %" at 95 % in Sec. 4.2).
    /// </summary>
    public double BopsPrSparse => OfDense(SparseBops - DenseBops);

    /// <summary>
    /// Like <see cref="BopsPrSparse"/>, without the XNORs: half of what remains. Table 4 seems to use it. (Erratum 1:
    /// Eq. 19 is inverted. As written it is O_BNN/O_SBNN = 2/EC; we read it as EC/2.)
    /// </summary>
    public double BopsPrSparseNoXnor => OfDense(SparseBops / 2 - DenseBops);

    private double SparseBops => layers.Sum(layer => (double)layer.DenseBops * layer.Ones / layer.Weights);

    private static long Count(LayerRecord layer) => layer.Hamming.Sum();

    private static double SavedBops(LayerRecord layer, double shareOfK1)
    {
        if (layer.Hamming.Count == 0) return 0;
        return (double)layer.DenseBops / Count(layer) * (layer.Hamming[0] + shareOfK1 * layer.Hamming[1]);
    }

    private double OfDense(double change) => DenseBops == 0 ? 0 : change / DenseBops;

    private double FractionOf(int ones) => Kernels == 0 ? 0 : (double)Hamming[ones] / Kernels;
}
