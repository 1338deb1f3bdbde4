using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet's sign: sgn(x + b) with a learned b for each channel, b = 0 at first. Its slope is
/// <see cref="RSignFunction"/>'s.
/// </summary>
public sealed class RSign : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <param name="channels">Channels.</param>
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

    /// <summary>b.</summary>
    public Parameter Bias => _bias;

    /// <summary>x: [batch, channels, h, w]. Gives −1 and 1 (and sgn(0)) of the same shape.</summary>
    public override Tensor forward(Tensor input) => Sign(input, input.dtype);

    /// <summary>The same, of another type.</summary>
    internal Tensor Sign(Tensor input, ScalarType type) => ChannelRows.CanHold(input)
        ? ShiftedSign.Apply(input, _bias, AtZero, type)
        : RSignFunction.Apply(input.Plus(_bias.reshape(1, -1, 1, 1)), AtZero).to(type);
}
