using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>A shortcut that changes the shape: real 1×1 convolution, then batch normalisation.</summary>
public sealed class ProjectionShortcut : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "conv")]
    private readonly Conv2d _conv;

    [ComponentName(Name = "bn")]
    private readonly BatchNorm2d _bn;

    private readonly int _stride;

    public ProjectionShortcut(int inChannels, int outChannels, int stride)
        : base(nameof(ProjectionShortcut))
    {
        _stride = stride;
        _conv = nn.Conv2d(inChannels, outChannels, 1, bias: false);
        _bn = nn.BatchNorm2d(outChannels);
        RegisterComponents();
    }

    // The stride is taken before the convolution: oneDNN's backward pass of a strided 1×1 convolution writes past its workspace
    // when the channels lie last and are few (oneDNN issue 6035).
    public override Tensor forward(Tensor input) =>
        _bn.forward(_conv.forward(input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: _stride), TensorIndex.Slice(step: _stride)]));
}
