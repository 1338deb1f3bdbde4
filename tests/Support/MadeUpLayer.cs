using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>Made-up binary layers whose kernels have given shares, as a table prints them.</summary>
public static class MadeUpLayer
{
    private const int Kernels = 100_000;

    /// <summary>
    /// Returns a layer with given fractions of kernels that are empty or have a single 1; the other kernels have two.
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
