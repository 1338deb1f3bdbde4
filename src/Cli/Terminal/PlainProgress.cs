using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>A line for each change of a trial, for pipes and logs: no colours, nothing redrawn. Long trials tell about twenty epochs.</summary>
internal sealed class PlainProgress(TextWriter output, HomeFolder home) : IProgressView
{
    private readonly Dictionary<TrialKey, (TrialState State, int Epoch, string? Doing)> _told = [];
    private DesiredState _wish = DesiredState.Active;
    private TrialLabels? _labels;
    private int _revision;

    public Task ShowAsync(Func<Action<SweepProgress>, Task> watch) => watch(Tell);

    private void Tell(SweepProgress sweep)
    {
        if (sweep.Revision != _revision) _labels = new TrialLabels(sweep.Trials.Select(static trial => trial.Spec));
        if (sweep.DesiredState != _wish) output.WriteLine(StateWording.Standstill(sweep, home) ?? $"{sweep.Name} is active again");
        (_revision, _wish) = (sweep.Revision, sweep.DesiredState);
        foreach (var trial in sweep.Trials)
        {
            var before = _told.GetValueOrDefault(trial.Key, (State: TrialState.Waiting, Epoch: 0, Doing: null));
            if (trial.State == before.State && trial.Epoch == before.Epoch && (trial.Doing == before.Doing || trial.Doing is null)) continue;
            var every = Math.Max(1, trial.Spec.Epochs / 20);
            if (trial.State == before.State && trial.Epoch > before.Epoch && trial.Epoch / every == before.Epoch / every) continue;
            _told[trial.Key] = (trial.State, trial.Epoch, trial.Doing);
            output.WriteLine(Line(trial, sweep.DesiredState));
        }
    }

    private string Line(TrialProgress trial, DesiredState wish)
    {
        var parts = new List<string> { trial.Key.Short, string.Join(' ', _labels!.Of(trial.Spec)), ProgressWording.Standing(trial, wish) };
        if (trial.Epoch > 0) parts.Add($"epoch {ProgressWording.Epoch(trial)}");
        if (ProgressWording.Accuracy(trial) is { Length: > 0 } accuracy) parts.Add($"top-1 {accuracy}");
        if (ProgressWording.Ones(trial) is { Length: > 0 } ones) parts.Add($"ones {ones}");
        if (ProgressWording.Remaining(trial) is { Length: > 0 } left) parts.Add($"{left} left");
        return string.Join(" | ", parts);
    }
}
