namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// A network's layers, and what one image costs in it when its binary layers are dense (Sec. 4.2, Table 4).
/// </summary>
/// <param name="BinaryLayers">The binary layers, in forward order.</param>
/// <param name="RealLayers">The full-precision convolutions and linear layers.</param>
public sealed record Architecture(
    IReadOnlyList<BinaryLayerShape> BinaryLayers, IReadOnlyList<RealLayerShape> RealLayers)
{
    /// <summary>Binary operations: one a weight and output position.</summary>
    public long DenseBops => BinaryLayers.Sum(layer => layer.DenseBops);

    /// <summary>FLOPs as the paper counts them: multiply-accumulates of the real layers.</summary>
    public long RealMacs => RealLayers.Sum(layer => layer.Macs);

    /// <summary>OPs = FLOPs + BOPs/64. (Table 4 prints some as FLOPs and adds BOPs again: erratum 9.)</summary>
    public double Ops => RealMacs + (DenseBops / 64.0);
}
