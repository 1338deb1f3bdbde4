using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// XNOR-Net's layer: bn – sgn – binary conv – ReLU. Epsilon of bn is the released code's 1e-4. The paper's figure has
/// the ReLU, the released AlexNet does not.
/// </summary>
public sealed class XnorLayer : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-4;

    [ComponentName(Name = "bn")]
    private readonly BatchNorm2d _bn;

    [ComponentName(Name = "conv")]
    private readonly XnorConv2d _conv;

    /// <param name="shape">The sizes of the convolution.</param>
    /// <param name="atZero">sgn(0) of weights and activations: 0 or −1.</param>
    public XnorLayer(BinaryLayerShape shape, double atZero)
        : base(nameof(XnorLayer))
    {
        _bn = nn.BatchNorm2d(shape.InChannels, Epsilon);
        _conv = new XnorConv2d(shape) { Surrogate = SignSurrogate.StraightThrough with { AtZero = atZero } };
        RegisterComponents();
    }

    /// <summary>The binary layer.</summary>
    public XnorConv2d BinaryLayer => _conv;

    /// <summary>x: [batch, in, h, w]. Returns [batch, out, h/stride, w/stride].</summary>
    public override Tensor forward(Tensor input)
    {
        var y = _conv.forward(XnorSign.Apply(_bn.Normalise(input), _conv.Surrogate.AtZero));
        return y.mul(IsPositive(y));
    }

    // All sums are whole multiples of α. Many are 0 but for rounding, which must not decide where the gradient of the
    // ReLU passes.
    private Tensor IsPositive(Tensor sums)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var half = _conv.TauPhi().Tau.Over(2).reshape(1, -1, 1, 1);
        return sums.gt(half).to(sums.dtype).MoveToOuterDisposeScope();
    }
}
