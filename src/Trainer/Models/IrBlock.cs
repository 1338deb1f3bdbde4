using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A basic block in IR-Net's style: binary conv – bn – hardtanh – binary conv – bn – + shortcut – hardtanh. The shortcut is the
/// identity, or a real 1×1 convolution with bn where the shape changes.
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
    private readonly ProjectionShortcut? _shortcut;

    /// <param name="inChannels">Channels in.</param>
    /// <param name="outChannels">Channels out.</param>
    /// <param name="stride">Stride of the first convolution, 1 or 2.</param>
    /// <param name="outputSize">Rows and columns of the output.</param>
    /// <param name="domain">How τ and φ are found.</param>
    public IrBlock(int inChannels, int outChannels, int stride, int outputSize, DomainKind domain)
        : base(nameof(IrBlock))
    {
        _conv1 = new BinaryConv2d(new BinaryLayerShape(inChannels, outChannels, 3, stride, outputSize, outputSize), domain);
        _bn1 = nn.BatchNorm2d(outChannels);
        _conv2 = new BinaryConv2d(new BinaryLayerShape(outChannels, outChannels, 3, 1, outputSize, outputSize), domain);
        _bn2 = nn.BatchNorm2d(outChannels);
        if (stride != 1 || inChannels != outChannels)
        {
            _shortcut = new ProjectionShortcut(inChannels, outChannels, stride);
            RealLayers = [new RealLayerShape(inChannels, outChannels, 1, stride, outputSize, outputSize)];
        }

        RegisterComponents();
    }

    /// <summary>Both binary layers, in forward order.</summary>
    public IReadOnlyList<BinaryConv2d> BinaryLayers => [_conv1, _conv2];

    /// <summary>The shortcut's convolution, if there is one.</summary>
    public IReadOnlyList<RealLayerShape> RealLayers { get; } = [];

    /// <summary>x: [batch, in, h, w]. Gives [batch, out, h/stride, w/stride].</summary>
    public override Tensor forward(Tensor input)
    {
        var inner = _bn1.forward(_conv1.forward(input)).hardtanh_(-1, 1);
        var outer = _bn2.forward(_conv2.forward(inner));
        var shortcut = _shortcut is null ? input : _shortcut.forward(input);
        return outer.add_(shortcut).hardtanh_(-1, 1);
    }
}
