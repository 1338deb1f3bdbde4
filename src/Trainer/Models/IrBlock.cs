using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A basic block in IR-Net's style: sgn – binary conv – bn – hardtanh – sgn – binary conv – bn – + shortcut – hardtanh.
/// The shortcut is the identity, or a real 1×1 convolution with bn where the shape changes. The sgn before a layer uses
/// the layer's <see cref="SignSurrogate"/>.
/// </summary>
public sealed class IrBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly BinaryConv2d _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "conv2")]
    private readonly BinaryConv2d _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "shortcut")]
    private readonly ProjectionShortcut? _projection;

    /// <param name="shape">The block's sizes.</param>
    /// <param name="layer">Creates a binary layer.</param>
    public IrBlock(BlockShape shape, Func<BinaryLayerShape, BinaryConv2d> layer)
        : base(nameof(IrBlock))
    {
        var (inChannels, outChannels, stride, size) = shape;
        _conv1 = layer(new BinaryLayerShape(inChannels, outChannels, 3, stride, size, size));
        _bn1 = nn.BatchNorm2d(outChannels);
        _conv2 = layer(new BinaryLayerShape(outChannels, outChannels, 3, 1, size, size));
        _bn2 = nn.BatchNorm2d(outChannels);
        if (shape.ChangesShape)
        {
            _projection = new ProjectionShortcut(inChannels, outChannels, stride);
            RealLayers = [new RealLayerShape(inChannels, outChannels, 1, stride, size, size)];
        }

        RegisterComponents();
    }

    /// <summary>Both binary layers, in forward order.</summary>
    public IReadOnlyList<BinaryConv2d> BinaryLayers => [_conv1, _conv2];

    /// <summary>The shortcut's convolution; empty when the shortcut is the identity.</summary>
    public IReadOnlyList<RealLayerShape> RealLayers { get; } = [];

    /// <summary>x: [batch, in, h, w]. Returns [batch, out, h/stride, w/stride].</summary>
    public override Tensor forward(Tensor input)
    {
        // hardtanh_ works in place. It is used because hardtanh of TorchSharp 0.107 returns its input unchanged.
        var inner = _bn1.Normalise(_conv1.forward(SignFunction.Apply(input, _conv1.Surrogate)))
            .hardtanh_(Scalars.MinusOne, Scalars.One);
        var outer = _bn2.Normalise(_conv2.forward(SignFunction.Apply(inner, _conv2.Surrogate)));
        var shortcut = _projection is null ? input : _projection.forward(input);
        return outer.Plus_(shortcut).hardtanh_(Scalars.MinusOne, Scalars.One);
    }

    /// <summary>
    /// Like <see cref="forward"/> in training mode, but with fewer passes over memory. From x and sgn(x) it computes x
    /// and sgn(x) of the next block.
    /// </summary>
    internal (Tensor X, Tensor Signs) ForwardFused(Tensor x, Tensor signs)
    {
        var inner = NormSign.Apply(_conv1.Convolve(signs), _bn1, _conv2.Surrogate);
        var shortcut = _projection is null ? x : _projection.forward(x);
        return NormAdd.Apply(_conv2.Convolve(inner), _bn2, shortcut, clamps: true, _conv1.Surrogate);
    }
}
