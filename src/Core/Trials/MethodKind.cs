using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// How a network's weights are quantized. Which method goes with which <see cref="ModelKind"/>:
/// <see cref="MethodKindExtensions.IsFor"/>.
/// </summary>
public enum MethodKind
{
    /// <summary>
    /// The paper's: weights in {α, β} (<see cref="DomainKind"/>), with a sparsity penalty when there is a target (Sec.
    /// 3).
    /// </summary>
    Sbnn = 0,

    /// <summary>
    /// IR-Net itself, Table 2's baseline: standardised weights, a power of two as each output channel's scale.
    /// </summary>
    IrNet = 1,

    /// <summary>ReActNet itself, Table 3's baseline: ±1 times the mean of |w| of each output channel.</summary>
    [JsonStringEnumMemberName("reactnet")]
    ReActNet = 2,

    /// <summary>Subbit with 64 kernel patterns a layer: 6/9 bits a weight.</summary>
    [JsonStringEnumMemberName("subbit-0.67")]
    Subbit067 = 3,

    /// <summary>Subbit with 32 kernel patterns a layer: 5/9 bits a weight.</summary>
    [JsonStringEnumMemberName("subbit-0.56")]
    Subbit056 = 4,

    /// <summary>Subbit with 16 kernel patterns a layer: 4/9 bits a weight.</summary>
    [JsonStringEnumMemberName("subbit-0.44")]
    Subbit044 = 5,

    /// <summary>Real weights and activations: a reference, without binary layers.</summary>
    FullPrecision = 6,
}

/// <summary>What follows from a <see cref="MethodKind"/>.</summary>
public static class MethodKindExtensions
{
    /// <summary>
    /// True for the pairs that the paper has: the binarisation of IR-Net and the reference belong to ResNet-18, those
    /// of ReActNet and Subbit (our ReActNet-18 runs of Table 3; its other figures are quoted) to ReActNet-18, SBNN to
    /// any.
    /// </summary>
    public static bool IsFor(this MethodKind method, ModelKind model) => method switch
    {
        MethodKind.Sbnn => true,
        MethodKind.IrNet or MethodKind.FullPrecision => model == ModelKind.ResNet18,
        _ => model == ModelKind.ReActNet18,
    };

    /// <summary>True when the two weight values are chosen by a <see cref="DomainKind"/>.</summary>
    public static bool HasDomain(this MethodKind method) => method == MethodKind.Sbnn;

    /// <summary>True when a sparsity target can be asked for.</summary>
    public static bool HasPenalty(this MethodKind method) => method == MethodKind.Sbnn;

    /// <summary>
    /// Bits that name one of a layer's kernel patterns (2^bits of them): 6, 5 or 4; null for all methods but Subbit.
    /// </summary>
    public static int? PatternBits(this MethodKind method) => method switch
    {
        MethodKind.Subbit067 => 6,
        MethodKind.Subbit056 => 5,
        MethodKind.Subbit044 => 4,
        _ => null,
    };
}
