using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

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
