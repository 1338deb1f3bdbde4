using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet's sign: sgn(x + b) with a learned b (initially 0) for each channel. The backward pass is that of <see
/// cref="RSignFunction"/>.
/// </summary>
public sealed class RSign : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <param name="channels">The number of channels.</param>
    /// <param name="atZero">sgn(0): 0 or −1.</param>
    public RSign(int channels, double atZero)
        : base(nameof(RSign))
    {
        AtZero = atZero;
        _bias = new Parameter(zeros(channels));
        RegisterComponents();
    }

    /// <summary>sgn(0): 0 or −1.</summary>
    public double AtZero { get; }

    /// <summary>The learned shift b.</summary>
    public Parameter Bias => _bias;

    /// <summary>x: [batch, channels, h, w]. Returns −1 and 1 (and sgn(0)) in the same shape.</summary>
    public override Tensor forward(Tensor input) => Sign(input, input.dtype);

    /// <summary>Like <see cref="forward"/>, but the result has the given type.</summary>
    internal Tensor Sign(Tensor input, ScalarType type) => ChannelRows.IsSupported(input)
        ? ShiftedSign.Apply(input, _bias, AtZero, type)
        : RSignFunction.Apply(input.Plus(_bias.reshape(1, -1, 1, 1)), AtZero).to(type);
}
