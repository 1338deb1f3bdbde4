using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// Made-up binary layers with given shares of kernels by their number of ones (K₀ and K₁ in a table).
/// </summary>
public static class MadeUpLayer
{
    private const int Kernels = 100_000;

    /// <summary>
    /// Returns a layer with the given fractions of kernels without a 1 and with a single 1. The other kernels have two.
    /// </summary>
    public static LayerRecord Of(decimal k0, decimal k1)
    {
        var (empty, single) = ((long)(k0 * Kernels), (long)(k1 * Kernels));
        var others = Kernels - empty - single;
        return new LayerRecord
        {
            Order = 1,
            Weights = 9 * Kernels,
            Ones = single + (2 * others),
            Hamming = [empty, single, others, 0, 0, 0, 0, 0, 0, 0],
            EmptyFilters = 0,
            DenseBops = 9 * Kernels,
            Tau = 1,
            Phi = 0,
        };
    }
}
