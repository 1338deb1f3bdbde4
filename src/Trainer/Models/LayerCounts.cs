using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>Counts the ones and the kernels of binary layers. The counting runs on the layers' device.</summary>
public static class LayerCounts
{
    private const int Patterns3x3 = 512;

    /// <summary>Returns one record per binary layer, in forward order, for the current weights.</summary>
    public static IReadOnlyList<LayerRecord> Of(Network network) => [.. network.BinaryLayers.Select((layer, i) =>
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (tau, phi) = layer.TauPhi();
        return Of(layer.Signs(), i + 1, layer.Shape.DenseBops) with { Tau = tau.mean().ToDouble(), Phi = phi.mean()
            .ToDouble() };
    })];

    /// <summary>Returns the counts for the weights of one layer, [out, in, k, k], with τ = 1 and φ = 0.</summary>
    /// <param name="weight">Numbers that are positive where the binary weight is a one
    /// (<see cref="BinaryConv2d.Signs"/>).</param>
    /// <param name="order">The layer's number among the binary layers, from 1.</param>
    /// <param name="denseBops">The binary operations of the layer for one image when no operation is saved.</param>
    public static LayerRecord Of(Tensor weight, int order, long denseBops)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var perKernel = weight.gt(Scalars.Zero).sum([2, 3]);
        return new LayerRecord
        {
            Order = order,
            Weights = weight.numel(),
            Ones = perKernel.sum().item<long>(),
            Hamming = Is3x3(weight) ? perKernel.flatten().bincount(null, 10).cpu().data<long>().ToArray() : [],
            EmptyFilters = (int)perKernel.sum(1).eq(Scalars.Zero).sum().item<long>(),
            DenseBops = denseBops,
            Tau = 1,
            Phi = 0,
        };
    }

    /// <summary>
    /// Counts the kernels with each of the 512 patterns. The number of a pattern is Σ bitⱼ·2ʲ, where j counts the
    /// weights row by row from the top left. Throws <see cref="ArgumentException"/> when the kernels are not 3×3.
    /// </summary>
    public static IReadOnlyList<long> Patterns(Tensor weight)
    {
        if (!Is3x3(weight)) throw new ArgumentException("the kernels are not 3×3", nameof(weight));
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var powers = pow(2, Scalars.Range(9, weight.device)).to(int64).reshape(3, 3);
        var patterns = weight.gt(Scalars.Zero).to(int64).mul_(powers).sum([2, 3]);
        return patterns.flatten().bincount(null, Patterns3x3).cpu().data<long>().ToArray();
    }

    private static bool Is3x3(Tensor weight) => weight.shape is [_, _, 3, 3];

    private static double ToDouble(this Tensor scalar) => scalar.to(float64).item<double>();
}
