using Sbnn.Sweeps.Core.Protocol;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>Counts the ones of a network's binary layers, on its device.</summary>
public static class LayerCounts
{
    /// <summary>One record a binary layer, in forward order, of the weights as they stand.</summary>
    public static IReadOnlyList<LayerRecord> Of(BinaryNetwork network) => [.. network.BinaryLayers.Select((layer, i) => Of(layer, i + 1))];

    private static LayerRecord Of(BinaryConv2d layer, int order)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var shape = layer.Shape;
        var is3x3 = shape.Kernel == 3;
        var perKernel = layer.Weight.gt(0).sum([2, 3]); // [out, in]
        var hamming = is3x3 ? perKernel.flatten().bincount(null, 10).cpu().data<long>().ToArray() : [];
        var (tau, phi) = layer.TauPhi();
        return new LayerRecord
        {
            Order = order,
            Weights = shape.Weights,
            Ones = perKernel.sum().item<long>(),
            Hamming = hamming,
            EmptyFilters = (int)perKernel.sum(1).eq(0).sum().item<long>(),
            DenseBops = shape.DenseBops,
            Tau = tau.to(float64).item<double>(),
            Phi = phi.to(float64).item<double>(),
        };
    }
}
