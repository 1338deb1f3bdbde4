using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The block of ReActNet-18 and Bi-Real-Net-18, with one convolution: sign – binary 3×3 conv – bn – + shortcut –
/// activation. In ReActNet-18 the sign is RSign and the activation RPReLU. In Bi-Real-Net-18 the sign has no shift, and
/// the block no activation. The shortcut is the identity, or a 2×2 average pool with a real 1×1 convolution and bn
/// where the shape changes.
/// </summary>
public sealed class ReActBlock : BinaryBlock
{
    [ComponentName(Name = "move0")]
    private readonly RSign _sign;

    [ComponentName(Name = "conv")]
    private readonly BinaryConv2d _conv;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn;

    [ComponentName(Name = "rprelu")]
    private readonly RPReLU? _activation;

    [ComponentName(Name = "shortcut")]
    private readonly ProjectionShortcut? _projection;

    private readonly int _stride;

    /// <param name="shape">The block's sizes.</param>
    /// <param name="layer">Creates the binary layer.</param>
    /// <param name="atZero">sgn(0) of the activations: 0 or −1.</param>
    /// <param name="isReAct">True for ReActNet-18's block, false for Bi-Real-Net-18's.</param>
    public ReActBlock(
        BlockShape shape, Func<BinaryLayerShape, BinaryConv2d> layer, double atZero = 0, bool isReAct = true)
        : base(nameof(ReActBlock))
    {
        var (inChannels, outChannels, stride, size) = shape;
        _stride = stride;
        _sign = new RSign(inChannels, atZero, isShifted: isReAct);
        _conv = layer(new BinaryLayerShape(inChannels, outChannels, 3, stride, size, size));
        _bn = nn.BatchNorm2d(outChannels);
        if (isReAct) _activation = new RPReLU(outChannels);
        if (shape.ChangesShape)
        {
            _projection = new ProjectionShortcut(inChannels, outChannels, 1);
            RealLayers = [new RealLayerShape(inChannels, outChannels, 1, 1, size, size)];
        }

        RegisterComponents();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers => [_conv];

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers { get; } = [];

    /// <inheritdoc/>
    internal override RSign Sign => _sign;

    /// <inheritdoc/>
    internal override (Tensor X, Tensor? Signs) ForwardFused(Tensor x, Tensor signs, RSign? next)
    {
        var shortcut = _projection is null ? x : _projection.ForwardFused(Pool(x));
        var y = _conv.Convolve(signs);
        return _activation is null
            ? NormActivate.Apply(y, _bn, shortcut, next?.BiasOrZero(), next?.AtZero ?? 0)
            : _activation.ForwardFused(y, _bn, shortcut, next);
    }

    private protected override Tensor ForwardPlain(Tensor x, Tensor signs)
    {
        var shortcut = _projection is null ? x : _projection.forward(Pool(x));
        var sum = _bn.Normalise(_conv.forward(signs)).Plus_(shortcut);
        return _activation is null ? sum : _activation.forward(sum);
    }

    private Tensor Pool(Tensor input) => _stride == 1 ? input : nn.functional.avg_pool2d(input, 2, _stride);
}
