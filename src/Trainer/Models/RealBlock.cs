using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The basic block of a full-precision residual network: conv – bn – ReLU – conv – bn – + shortcut – ReLU.
/// </summary>
public sealed class RealBlock : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv1")]
    private readonly RealConv2d _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "conv2")]
    private readonly RealConv2d _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "shortcut")]
    private readonly ProjectionShortcut? _projection;

    /// <param name="shape">The block's sizes.</param>
    public RealBlock(BlockShape shape)
        : base(nameof(RealBlock))
    {
        var (inChannels, outChannels, stride, size) = shape;
        _conv1 = new RealConv2d(inChannels, outChannels, 3, stride);
        _bn1 = nn.BatchNorm2d(outChannels);
        _conv2 = new RealConv2d(outChannels, outChannels, 3, 1);
        _bn2 = nn.BatchNorm2d(outChannels);
        RealLayers = [new RealLayerShape(inChannels, outChannels, 3, stride, size, size),
            new RealLayerShape(outChannels, outChannels, 3, 1, size, size)];
        if (shape.ChangesShape)
        {
            _projection = new ProjectionShortcut(inChannels, outChannels, stride);
            RealLayers = [.. RealLayers, new RealLayerShape(inChannels, outChannels, 1, stride, size, size)];
        }

        RegisterComponents();
    }

    /// <summary>All convolutions. The shortcut's convolution, if the block has one, is the last.</summary>
    public IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <summary>x: [batch, in, h, w]. Returns [batch, out, h/stride, w/stride].</summary>
    public override Tensor forward(Tensor input)
    {
        var inner = _bn1.Normalise(_conv1.forward(input)).relu_();
        var outer = _bn2.Normalise(_conv2.forward(inner));
        var shortcut = _projection is null ? input : _projection.forward(input);
        return outer.Plus_(shortcut).relu_();
    }
}
