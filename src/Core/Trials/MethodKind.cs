using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// How a network's weights are quantized. <see cref="MethodKindExtensions.IsFor"/> states which <see cref="ModelKind"/>
/// each method supports.
/// </summary>
public enum MethodKind
{
    /// <summary>
    /// The paper's method: weights in {α, β} (<see cref="DomainKind"/>), with a sparsity penalty when there is a target
    /// (Sec. 3).
    /// </summary>
    Sbnn = 0,

    /// <summary>
    /// IR-Net, Table 2's baseline: standardised weights, scaled by a power of two for each output channel.
    /// </summary>
    IrNet = 1,

    /// <summary>ReActNet, Table 3's baseline: ±1 times the mean of |w| of each output channel.</summary>
    [JsonStringEnumMemberName("reactnet")]
    ReActNet = 2,

    /// <summary>Subbit with 64 kernel patterns per layer: 6/9 bits per weight.</summary>
    [JsonStringEnumMemberName("subbit-0.67")]
    Subbit067 = 3,

    /// <summary>Subbit with 32 kernel patterns per layer: 5/9 bits per weight.</summary>
    [JsonStringEnumMemberName("subbit-0.56")]
    Subbit056 = 4,

    /// <summary>Subbit with 16 kernel patterns per layer: 4/9 bits per weight.</summary>
    [JsonStringEnumMemberName("subbit-0.44")]
    Subbit044 = 5,

    /// <summary>Real weights and activations: a reference without binary layers.</summary>
    FullPrecision = 6,

    /// <summary>
    /// Bi-Real-Net: ±1 times the mean of |w| of each output channel, which does not scale the weights' gradient.
    /// </summary>
    BiReal = 7,

    /// <summary>
    /// XNOR-Net: weights without their mean over the input channels, clamped to ±1; then ±1 times the mean of their
    /// magnitudes in each output channel.
    /// </summary>
    XnorNet = 8,
}

/// <summary>The properties of a <see cref="MethodKind"/>.</summary>
public static class MethodKindExtensions
{
    /// <summary>
    /// True when the model can be trained with the method: the combinations of the paper, and SBNN with ReActNet-18 in
    /// ImageNet's layout.
    /// </summary>
    public static bool IsFor(this MethodKind method, ModelKind model) => method switch
    {
        MethodKind.Sbnn => model == ModelKind.ResNet18 || MethodKind.ReActNet.IsFor(model),
        MethodKind.IrNet => model == ModelKind.ResNet18,
        MethodKind.ReActNet =>
            model is ModelKind.ReActNet18 or ModelKind.ReActNet18ImageNet or ModelKind.ReActNetA,
        MethodKind.Subbit067 or MethodKind.Subbit056 or MethodKind.Subbit044 =>
            model is ModelKind.ReActNet18 or ModelKind.ReActNet18ImageNet,
        MethodKind.FullPrecision => model is ModelKind.ResNet18 or ModelKind.ResNet18ImageNet
            or ModelKind.ResNet34ImageNet or ModelKind.MobileNetV1,
        MethodKind.BiReal => model == ModelKind.BiRealNet18,
        MethodKind.XnorNet => model == ModelKind.XnorResNet18,
        _ => false,
    };

    /// <summary>True when a <see cref="DomainKind"/> determines the two weight values.</summary>
    public static bool HasDomain(this MethodKind method) => method == MethodKind.Sbnn;

    /// <summary>True when the method supports a sparsity target.</summary>
    public static bool HasPenalty(this MethodKind method) => method == MethodKind.Sbnn;

    /// <summary>
    /// The number of bits that name one of a layer's 2^bits kernel patterns: 6, 5 or 4; null for all methods but
    /// Subbit.
    /// </summary>
    public static int? PatternBits(this MethodKind method) => method switch
    {
        MethodKind.Subbit067 => 6,
        MethodKind.Subbit056 => 5,
        MethodKind.Subbit044 => 4,
        _ => null,
    };
}
