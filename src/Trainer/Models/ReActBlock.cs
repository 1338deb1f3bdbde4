using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet-18's block with one convolution: RSign – binary 3×3 conv – bn – + shortcut – RPReLU. The shortcut is the
/// identity, or a 2×2 average pool with a real 1×1 convolution and bn where the shape changes.
/// </summary>
public sealed class ReActBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "move0")]
    private readonly RSign _sign;

    [ComponentName(Name = "conv")]
    private readonly BinaryConv2d _conv;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn;

    [ComponentName(Name = "rprelu")]
    private readonly RPReLU _activation;

    [ComponentName(Name = "shortcut")]
    private readonly ProjectionShortcut? _projection;

    private readonly int _stride;

    /// <param name="shape">The block's sizes.</param>
    /// <param name="layer">Creates the binary layer.</param>
    /// <param name="recipe">The recipe, which determines sgn(0) of the activations and the weights' gradient.</param>
    public ReActBlock(
        BlockShape shape, Func<BinaryLayerShape, BinaryConv2d> layer, RecipeKind recipe = RecipeKind.Authors)
        : base(nameof(ReActBlock))
    {
        var (inChannels, outChannels, stride, size) = shape;
        _stride = stride;
        _sign = new RSign(inChannels, recipe == RecipeKind.Corrected ? -1 : 0);
        _conv = layer(new BinaryLayerShape(inChannels, outChannels, 3, stride, size, size));
        _conv.Surrogate = recipe == RecipeKind.Corrected
            ? SignSurrogate.StraightThroughWithin1(atZero: -1)
            : SignSurrogate.StraightThrough;
        _bn = nn.BatchNorm2d(outChannels);
        _activation = new RPReLU(outChannels);
        if (shape.ChangesShape)
        {
            _projection = new ProjectionShortcut(inChannels, outChannels, 1);
            RealLayers = [new RealLayerShape(inChannels, outChannels, 1, 1, size, size)];
        }

        RegisterComponents();
    }

    /// <summary>The binary layer.</summary>
    public BinaryConv2d BinaryLayer => _conv;

    /// <summary>The shortcut's convolution; empty when the shortcut is the identity.</summary>
    public IReadOnlyList<RealLayerShape> RealLayers { get; } = [];

    /// <summary>x: [batch, in, h, w]. Returns [batch, out, h/stride, w/stride].</summary>
    public override Tensor forward(Tensor input)
    {
        if (training && ChannelRows.IsSupported(input)) return ForwardFused(input, SignsOf(input), next: null).X;
        var inner = _bn.Normalise(_conv.forward(SignsOf(input)));
        return _activation.forward(inner.Plus_(Shortcut(input)));
    }

    /// <summary>Returns the binary layer's input, of the type in which the layer computes.</summary>
    internal Tensor SignsOf(Tensor input) => _sign.Sign(input, Convolution.TypeOf(_conv, _conv.Weight));

    /// <summary>
    /// Like <see cref="forward"/> in training mode, but with fewer passes over memory. From x and its signs it computes
    /// x and the signs for the next block (null without a next block).
    /// </summary>
    internal (Tensor X, Tensor? Signs) ForwardFused(Tensor x, Tensor signs, ReActBlock? next)
    {
        var shortcut = _projection is null ? x : _projection.ForwardFused(Pool(x));
        return _activation.ForwardFused(_conv.Convolve(signs), _bn, shortcut, next?._sign);
    }

    private Tensor Shortcut(Tensor input) => _projection is null ? input : _projection.forward(Pool(input));

    private Tensor Pool(Tensor input) => _stride == 1 ? input : nn.functional.avg_pool2d(input, 2, _stride);
}
