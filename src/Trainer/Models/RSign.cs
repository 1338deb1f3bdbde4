using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>ReActNet's sign: sgn(x + b) with a learned b for each channel, b = 0 at first. Its slope is <see cref="RSignFunction"/>'s.</summary>
public sealed class RSign : nn.Module<Tensor, Tensor>
{
    private readonly double _atZero;

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias;

    /// <param name="channels">Channels.</param>
    /// <param name="atZero">sgn(0): 0 or −1.</param>
    public RSign(int channels, double atZero)
        : base(nameof(RSign))
    {
        _atZero = atZero;
        _bias = new Parameter(zeros(channels));
        RegisterComponents();
    }

    /// <summary>x: [batch, channels, h, w]. Gives −1 and 1 (and sgn(0)) of the same shape.</summary>
    public override Tensor forward(Tensor input) =>
        RSignFunction.Apply(input.Plus(_bias.reshape(1, -1, 1, 1)), _atZero);
}
