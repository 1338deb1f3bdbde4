using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// Prints a line for each change of a trial, for pipes and logs: no colours, nothing redrawn. A long trial prints about
/// twenty of its epochs.
/// </summary>
internal sealed class PlainProgress(TextWriter output, Func<string, string> command) : IProgressView
{
    private readonly Dictionary<TrialKey, (TrialState State, int Epoch, string? Doing)> _printed = [];
    private DesiredState _desired = DesiredState.Active;

    public Task ShowAsync(SweepWatch sweep, Func<Func<Task<SweepSummary>>, Task> during) =>
        during(() => sweep.ShowChangesAsync(Print));

    private void Print(SweepView sweep)
    {
        var desired = sweep.Summary.DesiredState;
        if (desired != _desired) output.WriteLine(
            SweepStateWording.WhyInactive(sweep.Summary, command) ?? $"{sweep.Summary.Name} is active again");
        _desired = desired;
        foreach (var view in sweep.Trials)
        {
            var trial = view.Progress;
            var before = _printed.GetValueOrDefault(trial.Key, (State: TrialState.Waiting, Epoch: 0, Doing: null));
            if (trial.State == before.State && trial.Epoch == before.Epoch
                && (trial.Doing == before.Doing || trial.Doing is null))
                continue;
            var every = Math.Max(1, trial.Spec.Epochs / 20);
            if (trial.State == before.State && trial.Epoch > before.Epoch
                && trial.Epoch / every == before.Epoch / every)
                continue;
            _printed[trial.Key] = (trial.State, trial.Epoch, trial.Doing);
            output.WriteLine(Line(view, sweep.Labels));
        }
    }

    private static string Line(TrialView view, TrialLabels labels)
    {
        var trial = view.Progress;
        var parts = new List<string> { trial.Key.Short, Named(trial.Spec, labels),
            ProgressWording.Describe(view) };
        if (trial.Epoch > 0) parts.Add($"epoch {ProgressWording.Epoch(trial)}");
        if (ProgressWording.Accuracy(trial) is { Length: > 0 } accuracy) parts.Add($"top-1 {accuracy}");
        if (ProgressWording.Ones(trial) is { Length: > 0 } ones) parts.Add($"ones {ones}");
        if (ProgressWording.Remaining(trial) is { Length: > 0 } left) parts.Add($"{left} left");
        return string.Join(" | ", parts);
    }

    private static string Named(TrialSpec trial, TrialLabels labels) =>
        string.Join(' ', labels.Headers.Zip(labels.Of(trial), static (name, value) => $"{name}={value}"));
}
