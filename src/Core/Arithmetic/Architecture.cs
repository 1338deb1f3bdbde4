namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// A network's layers, and the cost of one image when its binary layers are dense (Sec. 4.2, Table 4).
/// </summary>
/// <param name="BinaryLayers">The binary layers, in forward order.</param>
/// <param name="RealLayers">The full-precision convolutions and linear layers.</param>
public sealed record Architecture(
    IReadOnlyList<BinaryLayerShape> BinaryLayers, IReadOnlyList<RealLayerShape> RealLayers)
{
    /// <summary>Binary operations: one per weight and output position.</summary>
    public long DenseBops => BinaryLayers.Sum(layer => layer.DenseBops);

    /// <summary>
    /// Binary operations of a Subbit network, whose layers choose each 3×3 kernel from P = 2^bits patterns. A layer
    /// with C_out filters costs min(P, C_out)/C_out of its dense operations, plus 1/18 of them where P &lt; C_out, to
    /// add up the shared results. These costs reproduce the three Subbit rows of Table 3.
    /// </summary>
    /// <param name="patternBits">The number of bits that name a pattern, from 1 to 9.</param>
    public double SubbitBops(int patternBits) => BinaryLayers.Sum(layer =>
    {
        var patterns = 1 << patternBits;
        return patterns >= layer.OutChannels
            ? layer.DenseBops
            : layer.DenseBops * (((double)patterns / layer.OutChannels) + (1.0 / 18));
    });

    /// <summary>
    /// BOPs PR of a Subbit network: the change of its binary operations against the dense network, as a fraction
    /// (negative: a saving). 0 without binary layers.
    /// </summary>
    /// <param name="patternBits">The number of bits that name a pattern, from 1 to 9.</param>
    public double SubbitBopsPr(int patternBits) => DenseBops == 0 ? 0 : (SubbitBops(patternBits) / DenseBops) - 1;

    /// <summary>The paper's FLOPs: the multiply-accumulates of the full-precision layers for one image.</summary>
    public long RealMacs => RealLayers.Sum(layer => layer.Macs);

    /// <summary>OPs = FLOPs + BOPs/64. (Table 4 prints some OPs as FLOPs and adds the BOPs again: erratum 9.)</summary>
    public double Ops => RealMacs + (DenseBops / 64.0);
}
