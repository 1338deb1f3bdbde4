using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>
/// The figures of the last steps, still on the device. To read them is to wait for it, so a GPU's are read together:
/// every <see cref="OnGpu"/> steps, at an epoch's end and before a checkpoint. A CPU's are read after each step. A loss
/// that is not finite is found when it is read, so it never reaches a checkpoint or a result.
/// </summary>
/// <param name="most">How many steps may be unread.</param>
internal sealed class PendingStepMetrics(int most) : IDisposable
{
    /// <summary>How many steps of a GPU are read together.</summary>
    public const int OnGpu = 50;

    private readonly List<(Tensor Figures, int Images)> _steps = [];

    /// <summary>True when they are to be read.</summary>
    public bool AreMany => _steps.Count >= most;

    /// <summary>Keeps a step's outcome.</summary>
    public void Add(StepOutcome step, int images) => _steps.Add((step.Figures.DetachFromDisposeScope(), images));

    /// <summary>
    /// The state with their figures in its sums, after a wait for the device. Throws <see cref="DivergedException"/> of
    /// the first step whose loss or penalty is not finite.
    /// </summary>
    /// <param name="state">Counts these steps already.</param>
    public TrainingState Read(TrainingState state)
    {
        if (_steps.Count == 0) return state;
        using var scope = NewDisposeScope();
        var figures = new StepOutcome(_steps.Count == 1 ? _steps[0].Figures
            : cat([.. _steps.Select(static step => step.Figures)])).ReadAll();
        var sums = state.Sums;
        for (var i = 0; i < figures.Count; i++)
        {
            var one = figures[i];
            if (!double.IsFinite(one.Loss) || !double.IsFinite(one.Penalty))
            {
                throw new DivergedException(FormattableString.Invariant(
                    $"the loss is {one.Loss} and the penalty {one.Penalty} at step {state.Step - figures.Count + i + 1} of epoch {state.History.Count + 1}"));
            }

            sums = sums.Add(one, _steps[i].Images);
        }

        Forget();
        return state with { Sums = sums };
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    private void Forget()
    {
        foreach (var (figures, _) in _steps) figures.Dispose();
        _steps.Clear();
    }
}
