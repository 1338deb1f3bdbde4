using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// What a step found, still on the device: float64, shape [4]: the batch mean loss without penalty, the penalty λ·h, λ,
/// and U of the weights that the forward pass used. Reading waits for the device; a sum over steps need not.
/// </summary>
/// <param name="Figures">The four figures.</param>
public readonly record struct StepOutcome(Tensor Figures)
{
    private const int FiguresPerStep = 4;

    /// <summary>The figures as numbers; waits for the device.</summary>
    public StepMetrics Read() => ReadAll()[0];

    /// <summary>The figures of several steps, put one after the other, as numbers; waits for the device.</summary>
    internal IReadOnlyList<StepMetrics> ReadAll()
    {
        using var here = Figures.cpu();
        var values = here.data<double>().ToArray();
        return
        [
            .. values.Chunk(FiguresPerStep)
                .Select(static step => new StepMetrics(step[0], step[1], step[2], (long)step[3])),
        ];
    }
}
