using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet's activation: PReLU(x + b) + c, where b and c (initially 0) and the slope (initially 0.25) are learned for
/// each channel.
/// </summary>
public sealed class RPReLU : nn.Module<Tensor, Tensor>
{
    private const double InitialSlope = 0.25;

    [ComponentName(Name = "shift_in")]
    private readonly Parameter _shiftIn;

    [ComponentName(Name = "slope")]
    private readonly Parameter _slope;

    [ComponentName(Name = "shift_out")]
    private readonly Parameter _shiftOut;

    /// <param name="channels">The number of channels.</param>
    public RPReLU(int channels)
        : base(nameof(RPReLU))
    {
        _shiftIn = new Parameter(zeros(channels));
        _slope = new Parameter(ones(channels, float32).Times_(InitialSlope));
        _shiftOut = new Parameter(zeros(channels));
        RegisterComponents();
    }

    /// <summary>x: [batch, channels, h, w]. Returns the same shape.</summary>
    public override Tensor forward(Tensor input) =>
        nn.functional.prelu(input.Plus(_shiftIn.reshape(1, -1, 1, 1)), _slope).Plus(_shiftOut.reshape(1, -1, 1, 1));

    /// <summary>
    /// Computes the activation of bn(y) + shortcut in training mode, and the signs by the RSign of the next block (null
    /// without a next block), with fewer passes over memory than <see cref="forward"/>.
    /// </summary>
    internal (Tensor X, Tensor? Signs) ForwardFused(Tensor y, BatchNorm2d norm, Tensor shortcut, RSign? next) =>
        NormActivate.Apply(y, norm, shortcut, _shiftIn, _slope, _shiftOut, next?.BiasOrZero(), next?.AtZero ?? 0);
}
