using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet's sign: sgn(x + b) with a learned b (initially 0) for each channel. Without the shift b it is Bi-Real-Net's
/// ApproxSign. The backward pass is that of <see cref="RSignFunction"/>.
/// </summary>
public sealed class RSign : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias;

    private readonly int _channels;

    /// <param name="channels">The number of channels.</param>
    /// <param name="atZero">sgn(0): 0 or −1.</param>
    /// <param name="isShifted">False for a sign without the shift b.</param>
    public RSign(int channels, double atZero, bool isShifted = true)
        : base(nameof(RSign))
    {
        AtZero = atZero;
        _channels = channels;
        if (isShifted) _bias = new Parameter(zeros(channels));
        RegisterComponents();
    }

    /// <summary>sgn(0): 0 or −1.</summary>
    public double AtZero { get; }

    /// <summary>x: [batch, channels, h, w]. Returns −1 and 1 (and sgn(0)) in the same shape.</summary>
    public override Tensor forward(Tensor input) => Sign(input, input.dtype);

    /// <summary>Like <see cref="forward"/>, but the result has the given type.</summary>
    internal Tensor Sign(Tensor input, ScalarType type)
    {
        if (ChannelRows.IsSupported(input)) return ShiftedSign.Apply(input, BiasOrZero(), AtZero, type);
        var shifted = _bias is null ? input : input.Plus(_bias.reshape(1, -1, 1, 1));
        return RSignFunction.Apply(shifted, AtZero).to(type);
    }

    /// <summary>Returns the shift b for the fused passes, which work on float32 on the CPU: [channels].</summary>
    internal Tensor BiasOrZero() => _bias is null ? zeros(_channels) : _bias;
}
