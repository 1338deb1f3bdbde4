namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// The cost and the savings of a network's binary kernels (Sec. 4.2), computed from the counts of its layers. Our
/// convention: 1×1 kernels count in <see cref="Weights"/>, <see cref="Ones"/> and the dense operations, but not in K₀,
/// K₁ and BParams. Changes are fractions; a negative change is a saving. Without binary layers (<see cref="Weights"/>
/// is 0) every value is 0.
/// </summary>
/// <param name="layers">The binary layers.</param>
/// <param name="patternBits">For Subbit: the number of bits that name one of a layer's kernel patterns; null for all
/// other methods.</param>
public sealed class KernelStatistics(IReadOnlyList<LayerRecord> layers, int? patternBits = null)
{
    internal const int KernelWeights = 9;
    private const double LargestRatio = 1e12; // A greater φ/τ is that of a τ which is 0 but for rounding.

    /// <summary>U: the number of binary weights that are 1.</summary>
    public long Ones { get; } = SumOf(layers, static layer => layer.Ones);

    /// <summary>N: the number of binary weights.</summary>
    public long Weights { get; } = SumOf(layers, static layer => layer.Weights);

    /// <summary>The number of 3×3 kernels.</summary>
    public long Kernels { get; } = SumOf(layers, KernelsOf);

    /// <summary>h0…h9: the number of 3×3 kernels of each Hamming weight (Fig. 2).</summary>
    public IReadOnlyList<long> Hamming { get; } = HammingOf(layers);

    /// <summary>
    /// The binary operations of one image when no operation is saved: one per weight and output position.
    /// </summary>
    public long DenseBops { get; } = SumOf(layers, static layer => layer.DenseBops);

    /// <summary>The number of output channels none of whose kernels contains a 1.</summary>
    public long EmptyFilters { get; } = SumOf(layers, static layer => layer.EmptyFilters);

    /// <summary>U/N: the fraction of binary weights that are 1.</summary>
    public double OnesFraction => Weights == 0 ? 0 : (double)Ones / Weights;

    /// <summary>h(U/N) of Eq. 6, in bits per weight.</summary>
    public double Entropy => BinaryEntropy.H(OnesFraction);

    /// <summary>K₀: fraction of 3×3 kernels with no 1.</summary>
    public double K0 => FractionOf(0);

    /// <summary>K₁: fraction of 3×3 kernels with a single 1.</summary>
    public double K1 => FractionOf(1);

    /// <summary>
    /// Bits per 3×3 kernel by the paper's code lengths: 2 for an empty kernel, 6 for a single 1, 11 for all others. For
    /// Subbit, it is the number of bits that name a pattern.
    /// </summary>
    public double BitsPerKernel => patternBits ?? 2 + (4 * K1) + (KernelWeights * (1 - K0 - K1));

    /// <summary>
    /// BParams PR, the change of binary parameters as a fraction: (2 + 4·K₁ + 9·(1 − K₀ − K₁))/9 − 1 (Sec. 4.2), which
    /// reproduces the five SBNN rows of Table 3; bits/9 − 1 for Subbit, which reproduces its three rows. (Erratum 8:
    /// Table 3 prints no value in the row of 50 %, where these code lengths would cost 12.8 % more than 9 bits per
    /// kernel.)
    /// </summary>
    public double BParamsPr => Kernels == 0 ? 0 : BitsPerKernel / KernelWeights - 1;

    /// <summary>
    /// BOPs PR, the change of binary operations as a fraction, when all operations of kernels with Hamming weight 0 and
    /// 1 are saved (Sec. 4.2, "operations which are not computed from the kernels with Hamming weight 0 and 1"). A
    /// kernel has 9·H·W operations. (Erratum 8: Sec. 4.2 calls 79.2 % a share of kernels, but the number is a BOPs PR.)
    /// </summary>
    public double BopsPr => RelativeToDense(-layers.Sum(layer => SavedBops(layer, 1)));

    /// <summary>
    /// Like <see cref="BopsPr"/>, but a kernel with a single 1 keeps one of its nine operations, because such a kernel
    /// needs no convolution (Sec. 3.5).
    /// </summary>
    public double BopsPrK1EightNinths => RelativeToDense(-layers.Sum(layer => SavedBops(layer, 8.0 / KernelWeights)));

    /// <summary>
    /// BOPs PR when only the operations of weights that are 1 remain, computed from each layer's share of ones (Sec.
    /// 3.5; "≈ 84.9 %" at 95 % in Sec. 4.2).
    /// </summary>
    public double BopsPrSparse => RelativeToDense(SparseBops - DenseBops);

    /// <summary>
    /// Like <see cref="BopsPrSparse"/>, but without the XNORs, so half of the remaining operations. Table 4 seems to
    /// use this value. (Erratum 1: Eq. 19 is inverted. As written it is O_BNN/O_SBNN = 2/EC; we read it as EC/2.)
    /// </summary>
    public double BopsPrSparseNoXnor => RelativeToDense(SparseBops / 2 - DenseBops);

    private double SparseBops => layers.Sum(layer => (double)layer.DenseBops * layer.Ones / layer.Weights);

    private static long KernelsOf(LayerRecord layer)
    {
        var kernels = 0L;
        for (var ones = 0; ones < layer.Hamming.Count; ones++) kernels += layer.Hamming[ones];
        return kernels;
    }

    /// <summary>
    /// The median of φ/τ over the layers: 0 for ±β, and 1 for {0, β}. Batch normalisation removes the scale of τ and φ,
    /// so only this ratio matters. Null when no layer has a finite ratio.
    /// </summary>
    public double? PhiOverTau
    {
        get
        {
            var ratios = layers.Select(static layer => layer.Phi / layer.Tau)
                .Where(static ratio => Math.Abs(ratio) < LargestRatio).Order().ToList();
            if (ratios.Count == 0) return null;
            return (ratios[(ratios.Count - 1) / 2] + ratios[ratios.Count / 2]) / 2;
        }
    }

    // Reports compute these statistics for each layer of each trial, so sums are loops without an enumerator, and the
    // counts are added in one pass.
    private static long SumOf(IReadOnlyList<LayerRecord> layers, Func<LayerRecord, long> value)
    {
        var sum = 0L;
        for (var layer = 0; layer < layers.Count; layer++) sum += value(layers[layer]);
        return sum;
    }

    private static long[] HammingOf(IReadOnlyList<LayerRecord> layers)
    {
        var counts = new long[KernelWeights + 1];
        foreach (var layer in layers)
        {
            for (var ones = 0; ones < layer.Hamming.Count; ones++) counts[ones] += layer.Hamming[ones];
        }

        return counts;
    }

    private static double SavedBops(LayerRecord layer, double shareOfK1)
    {
        if (layer.Hamming.Count == 0) return 0;
        return (double)layer.DenseBops / KernelsOf(layer) * (layer.Hamming[0] + shareOfK1 * layer.Hamming[1]);
    }

    private double RelativeToDense(double change) => DenseBops == 0 ? 0 : change / DenseBops;

    private double FractionOf(int ones) => Kernels == 0 ? 0 : (double)Hamming[ones] / Kernels;
}
