using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The metrics of a step, as a tensor on the device: float64, shape [4], with the batch mean of the loss without the
/// penalty, the penalty λ·h, λ, and U of the weights that the forward pass used. Reading the metrics waits for the
/// device.
/// </summary>
/// <param name="Metrics">The four metrics.</param>
public readonly record struct StepOutcome(Tensor Metrics)
{
    private const int MetricsPerStep = 4;

    /// <summary>Waits for the device, and returns the metrics as numbers.</summary>
    public StepMetrics Read() => ReadAll()[0];

    /// <summary>Waits for the device, and returns the metrics of several concatenated steps as numbers.</summary>
    internal IReadOnlyList<StepMetrics> ReadAll()
    {
        using var here = Metrics.cpu();
        var values = here.data<double>().ToArray();
        return
        [
            .. values.Chunk(MetricsPerStep)
                .Select(static step => new StepMetrics(step[0], step[1], step[2], (long)step[3])),
        ];
    }
}
