using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>A shortcut between different shapes: a real 1×1 convolution, then batch normalisation.</summary>
public sealed class ProjectionShortcut : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly RealConv2d _conv;

    [ComponentName(Name = "bn")]
    private readonly BatchNorm2d _bn;

    public ProjectionShortcut(int inChannels, int outChannels, int stride)
        : base(nameof(ProjectionShortcut))
    {
        _conv = new RealConv2d(inChannels, outChannels, 1, stride);
        _bn = nn.BatchNorm2d(outChannels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _bn.Normalise(_conv.forward(input));

    /// <summary>Like <see cref="forward"/> in training mode, but with fewer passes over memory.</summary>
    internal Tensor ForwardFused(Tensor input) => NormAlone.Apply(_conv.Convolve(input), _bn);
}
