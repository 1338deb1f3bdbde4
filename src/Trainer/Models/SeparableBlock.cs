using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>MobileNetV1's block: depthwise 3×3 conv – bn – ReLU – 1×1 conv – bn – ReLU.</summary>
public sealed class SeparableBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dw")]
    private readonly RealConv2d _depthwise;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "pw")]
    private readonly RealConv2d _pointwise;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    /// <param name="shape">The block's sizes.</param>
    public SeparableBlock(BlockShape shape)
        : base(nameof(SeparableBlock))
    {
        var (inChannels, outChannels, stride, size) = shape;
        _depthwise = new RealConv2d(inChannels, inChannels, 3, stride, isDepthwise: true);
        _bn1 = nn.BatchNorm2d(inChannels);
        _pointwise = new RealConv2d(inChannels, outChannels, 1, 1);
        _bn2 = nn.BatchNorm2d(outChannels);
        RealLayers =
        [
            new RealLayerShape(inChannels, inChannels, 3, stride, size, size, Groups: inChannels),
            new RealLayerShape(inChannels, outChannels, 1, 1, size, size),
        ];
        RegisterComponents();
    }

    /// <summary>Both convolutions, in forward order.</summary>
    public IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <summary>x: [batch, in, h, w]. Returns [batch, out, ⌈h/stride⌉, ⌈w/stride⌉].</summary>
    public override Tensor forward(Tensor input)
    {
        var inner = _bn1.Normalise(_depthwise.forward(input)).relu_();
        return _bn2.Normalise(_pointwise.forward(inner)).relu_();
    }
}
