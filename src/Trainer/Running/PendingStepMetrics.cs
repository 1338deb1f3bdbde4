using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The metrics of the last steps, which are still on the device. Reading them waits for the device. On a GPU they are
/// therefore read together: every <see cref="StepsOnGpu"/> steps, at the end of an epoch and before a checkpoint. On a
/// CPU they are read after each step. A loss that is not finite is detected when it is read, so no checkpoint or result
/// contains it.
/// </summary>
/// <param name="most">The maximum number of unread steps.</param>
internal sealed class PendingStepMetrics(int most) : IDisposable
{
    /// <summary>The number of steps whose metrics are read together on a GPU.</summary>
    public const int StepsOnGpu = 50;

    private readonly List<(Tensor Metrics, int Images)> _steps = [];

    /// <summary>True when the maximum is reached and the metrics must be read.</summary>
    public bool IsFull => _steps.Count >= most;

    /// <summary>Stores a step's metrics.</summary>
    public void Add(StepOutcome step, int images) => _steps.Add((step.Metrics.DetachFromDisposeScope(), images));

    /// <summary>
    /// Waits for the device, and returns the state with the steps' metrics added to its sums. Throws <see
    /// cref="DivergedException"/> for the first step whose loss or penalty is not finite.
    /// </summary>
    /// <param name="state">The state, whose step number already includes these steps.</param>
    public TrainingState Read(TrainingState state)
    {
        if (_steps.Count == 0) return state;
        using var scope = NewDisposeScope();
        var metrics = new StepOutcome(_steps.Count == 1 ? _steps[0].Metrics
            : cat([.. _steps.Select(static step => step.Metrics)])).ReadAll();
        var (first, epoch) = (state.Step - metrics.Count + 1, $"epoch {state.History.Count + 1}");
        var sums = state.Sums;
        for (var i = 0; i < metrics.Count; i++)
        {
            var one = metrics[i];
            if (!double.IsFinite(one.Loss) || !double.IsFinite(one.Penalty))
            {
                throw new DivergedException(FormattableString.Invariant(
                    $"the loss is {one.Loss} and the penalty is {one.Penalty} at step {first + i} of {epoch}"));
            }

            sums = sums.Add(one, _steps[i].Images);
        }

        Clear();
        return state with { Sums = sums };
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    private void Clear()
    {
        foreach (var (metrics, _) in _steps) metrics.Dispose();
        _steps.Clear();
    }
}
