namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// What a network's binary kernels cost and save (Sec. 4.2), from its layers' counts. 1×1 kernels count in
/// <see cref="Weights"/>, <see cref="Ones"/> and as dense operations, not in K₀, K₁ and BParams (our convention).
/// Changes are fractions; negative is a saving.
/// Without binary layers (<see cref="Weights"/> is 0) every figure is 0.
/// </summary>
/// <param name="layers">The binary layers.</param>
/// <param name="patternBits">For Subbit: the bits that name one of a layer's kernel patterns; null for all other
/// methods.</param>
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

    /// <summary>Binary operations when dense: one a weight and output position.</summary>
    public long DenseBops { get; } = layers.Sum(layer => layer.DenseBops);

    /// <summary>Output channels whose every kernel is empty.</summary>
    public long EmptyFilters { get; } = layers.Sum(layer => (long)layer.EmptyFilters);

    /// <summary>U/N.</summary>
    public double OnesFraction => Weights == 0 ? 0 : (double)Ones / Weights;

    /// <summary>h(U/N) of Eq. 6, bits a weight.</summary>
    public double Entropy => BinaryEntropy.H(OnesFraction);

    /// <summary>K₀: fraction of 3×3 kernels with no 1.</summary>
    public double K0 => FractionOf(0);

    /// <summary>K₁: fraction of 3×3 kernels with a single 1.</summary>
    public double K1 => FractionOf(1);

    /// <summary>
    /// Bits a 3×3 kernel by the paper's code lengths: 2 for an empty one, 6 for a single 1, 11 for the others. Subbit's
    /// pattern bits.
    /// </summary>
    public double BitsPerKernel => patternBits ?? 2 + (4 * K1) + (KernelWeights * (1 - K0 - K1));

    /// <summary>
    /// BParams PR = (2 + 4·K₁ + 9·(1 − K₀ − K₁))/9 − 1 (Sec. 4.2), which gives all five rows of Table 3; bits/9 − 1 for
    /// Subbit, which gives its three. (Erratum 8: where Table 3's row of 50 % prints nothing, the code would cost 12.8
    /// % more.)
    /// </summary>
    public double BParamsPr => Kernels == 0 ? 0 : BitsPerKernel / KernelWeights - 1;

    /// <summary>
    /// BOPs PR by kernel removal, the reading that stands beside the paper's (Sec. 4.2, "operations which are not
    /// computed from the kernels with Hamming weight 0 and 1"): such kernels are saved whole, each weighted by its
    /// 9·H·W operations. (Erratum 8: the "79.2 % of kernels" of
    /// Sec. 4.2 are a BOPs PR.)
    /// </summary>
    public double BopsPr => OfDense(-layers.Sum(layer => SavedBops(layer, 1)));

    /// <summary>
    /// BOPs PR by kernel removal when a kernel of a single 1 keeps one operation of nine (Sec. 3.5: it needs no
    /// convolution).
    /// </summary>
    public double BopsPrK1EightNinths => OfDense(-layers.Sum(layer => SavedBops(layer, 8.0 / KernelWeights)));

    /// <summary>
    /// BOPs PR by sparse operations: those of 1-valued weights remain, by each layer's density (Sec. 3.5; "≈ 84.9 %" at
    /// 95 % in Sec. 4.2).
    /// </summary>
    public double BopsPrSparse => OfDense(SparseBops - DenseBops);

    /// <summary>
    /// As <see cref="BopsPrSparse"/>, with the XNORs dropped too: half of what remains, which Table 4 seems to use.
    /// (Erratum 1: Eq. 19 is upside down, as written it is O_BNN/O_SBNN = 2/EC; read as EC/2.)
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
