using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ResNet's basic block of two <see cref="XnorLayer"/>s. The shortcut, which is added to their output, is the identity,
/// or a real 1×1 convolution with bn where the shape changes.
/// </summary>
public sealed class XnorBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "layer1")]
    private readonly XnorLayer _layer1;

    [ComponentName(Name = "layer2")]
    private readonly XnorLayer _layer2;

    [ComponentName(Name = "shortcut")]
    private readonly ProjectionShortcut? _projection;

    /// <param name="shape">The block's sizes.</param>
    /// <param name="atZero">sgn(0) of weights and activations: 0 or −1.</param>
    public XnorBlock(BlockShape shape, double atZero)
        : base(nameof(XnorBlock))
    {
        var (inChannels, outChannels, stride, size) = shape;
        _layer1 = new XnorLayer(new BinaryLayerShape(inChannels, outChannels, 3, stride, size, size), atZero);
        _layer2 = new XnorLayer(new BinaryLayerShape(outChannels, outChannels, 3, 1, size, size), atZero);
        if (shape.ChangesShape)
        {
            _projection = new ProjectionShortcut(inChannels, outChannels, stride);
            RealLayers = [new RealLayerShape(inChannels, outChannels, 1, stride, size, size)];
        }

        RegisterComponents();
    }

    /// <summary>Both binary layers, in forward order.</summary>
    public IReadOnlyList<BinaryConv2d> BinaryLayers => [_layer1.BinaryLayer, _layer2.BinaryLayer];

    /// <summary>The shortcut's convolution; empty when the shortcut is the identity.</summary>
    public IReadOnlyList<RealLayerShape> RealLayers { get; } = [];

    /// <summary>x: [batch, in, h, w]. Returns [batch, out, h/stride, w/stride].</summary>
    public override Tensor forward(Tensor input)
    {
        // The sum must not replace the layer's output, from which the ReLU computes its gradient.
        var outer = _layer2.forward(_layer1.forward(input));
        return outer.Plus(_projection is null ? input : _projection.forward(input));
    }
}
