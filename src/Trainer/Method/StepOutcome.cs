using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// What a step found, still on the device: float64, shape [4]: the batch mean loss without penalty, the penalty λ·h, λ, and U of
/// the weights that the forward pass used. Reading waits for the device; a sum over steps need not.
/// </summary>
/// <param name="Figures">The four figures.</param>
public readonly record struct StepOutcome(Tensor Figures)
{
    /// <summary>The figures as numbers; waits for the device.</summary>
    public StepFigures Read()
    {
        using var here = Figures.cpu();
        var values = here.data<double>();
        return new StepFigures(values[0], values[1], values[2], (long)values[3]);
    }
}

/// <summary>A step's figures.</summary>
/// <param name="Loss">Batch mean loss without the penalty.</param>
/// <param name="Penalty">λ·h.</param>
/// <param name="Lambda">λ.</param>
/// <param name="Ones">U before the update.</param>
public readonly record struct StepFigures(double Loss, double Penalty, double Lambda, long Ones);
