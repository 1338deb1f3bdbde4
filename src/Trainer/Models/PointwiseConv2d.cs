using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A real 1×1 convolution without bias, as a matrix product over the positions that the stride keeps. (libtorch 2.10's own strided
/// 1×1 convolution writes outside its buffers on CPUs with AVX-512 when there are few channels: the weights' gradient comes out as
/// NaN, or the process dies.)
/// </summary>
public sealed class PointwiseConv2d : nn.Module<Tensor, Tensor>
{
    private readonly int _stride;

    [ComponentName(Name = "weight")]
    private readonly Parameter _weight;

    public PointwiseConv2d(int inChannels, int outChannels, int stride)
        : base(nameof(PointwiseConv2d))
    {
        _stride = stride;
        _weight = new Parameter(zeros(outChannels, inChannels, 1, 1));
        RegisterComponents();
    }

    /// <summary>The weights: [out, in, 1, 1].</summary>
    public Parameter Weight => _weight;

    /// <summary>x: [batch, in, h, w]. Gives [batch, out, ⌈h/stride⌉, ⌈w/stride⌉], channels last in memory.</summary>
    public override Tensor forward(Tensor input)
    {
        var (outChannels, inChannels) = (_weight.shape[0], _weight.shape[1]);
        var kept = input.slice(2, 0, input.shape[2], _stride).slice(3, 0, input.shape[3], _stride).permute(0, 2, 3, 1);
        var product = kept.reshape(-1, inChannels).matmul(_weight.view(outChannels, inChannels).t());
        return product.reshape(kept.shape[0], kept.shape[1], kept.shape[2], outChannels).permute(0, 3, 1, 2);
    }
}
