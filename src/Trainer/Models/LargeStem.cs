using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The stem of a ResNet in ImageNet's layout: real 7×7 conv with stride 2 – bn – ReLU – 3×3 max-pool with stride 2.
/// </summary>
public sealed class LargeStem : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly RealConv2d _conv;

    [ComponentName(Name = "bn")]
    private readonly BatchNorm2d _bn;

    /// <param name="shape">The sizes of the network.</param>
    public LargeStem(NetworkShape shape)
        : base(nameof(LargeStem))
    {
        var size = shape.ImageSize / 2;
        _conv = new RealConv2d(3, shape.StemWidth, 7, 2);
        _bn = nn.BatchNorm2d(shape.StemWidth);
        (RealLayer, OutputSize) = (new RealLayerShape(3, shape.StemWidth, 7, 2, size, size), size / 2);
        RegisterComponents();
    }

    /// <summary>The sizes of the convolution.</summary>
    public RealLayerShape RealLayer { get; }

    /// <summary>The number of rows and of columns of the output.</summary>
    public int OutputSize { get; }

    /// <summary>x: [batch, 3, h, w] with h and w divisible by 4. Returns [batch, StemWidth, h/4, w/4].</summary>
    public override Tensor forward(Tensor input)
    {
        var x = _bn.Normalise(_conv.forward(input)).relu_();
        if (!training) return nn.functional.max_pool2d(x, 3, 2, 1);
        return ChannelRows.IsSupported(x) ? MaxPool.Apply(x) : PlainMaxPool.Apply(x);
    }
}
