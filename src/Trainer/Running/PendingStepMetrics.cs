using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The metrics of the last steps, still on the device. Reading waits for the device. A GPU's metrics are therefore read
/// together: every <see cref="OnGpu"/> steps, at an epoch's end and before a checkpoint. A CPU's are read after each
/// step. A loss that is not finite is detected when it is read, so it never reaches a checkpoint or a result.
/// </summary>
/// <param name="most">The maximum number of unread steps.</param>
internal sealed class PendingStepMetrics(int most) : IDisposable
{
    /// <summary>The number of a GPU's steps that are read together.</summary>
    public const int OnGpu = 50;

    private readonly List<(Tensor Metrics, int Images)> _steps = [];

    /// <summary>True when the maximum is reached and they must be read.</summary>
    public bool IsFull => _steps.Count >= most;

    /// <summary>Stores a step's metrics.</summary>
    public void Add(StepOutcome step, int images) => _steps.Add((step.Metrics.DetachFromDisposeScope(), images));

    /// <summary>
    /// The state with these steps' metrics in its sums; waits for the device. Throws <see cref="DivergedException"/>
    /// for the first step whose loss or penalty is not finite.
    /// </summary>
    /// <param name="state">The state, which already counts these steps.</param>
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
                    $"the loss is {one.Loss} and the penalty {one.Penalty} at step {first + i} of {epoch}"));
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
