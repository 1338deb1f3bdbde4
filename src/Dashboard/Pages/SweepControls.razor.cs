using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>Pauses, resumes and cancels a sweep, retries its failed trials, and changes its priority.</summary>
public sealed partial class SweepControls
{
    private ElementReference _confirm;
    private int? _priority;
    private int _shownPriority;
    private string? _shownSweep;
    private bool _asksToCancel;
    private bool _hasFocused;
    private bool _isBusy;
    private bool _isError;
    private string _outcome = "";

    [Parameter, EditorRequired]
    public SweepSummary Sweep { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    private int Open => Sweep.Counts.Waiting + Sweep.Counts.Running + Sweep.Counts.Withdrawn;

    private bool IsCancelled => Sweep.DesiredState == DesiredState.Cancelled;

    private bool IsPriority => _priority is >= RunSpec.LeastPriority and <= RunSpec.MostPriority;

    protected override void OnParametersSet()
    {
        // A change by someone else replaces the shown priority, but redrawing does not replace what the user types.
        if ((_shownSweep, _shownPriority) == (Sweep.Name, Sweep.Priority)) return;
        if (_shownSweep != Sweep.Name) (_outcome, _asksToCancel) = ("", false);
        (_shownSweep, _shownPriority, _priority) = (Sweep.Name, Sweep.Priority, Sweep.Priority);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // A keyboard user who asks to cancel continues at the confirmation.
        if (_asksToCancel && !_hasFocused) await _confirm.FocusAsync();
        _hasFocused = _asksToCancel;
    }

    private Task ChangeAsync(DesiredState desired) => ActAsync(async sweep =>
        await sweep.SetDesiredStateAsync(desired) is { } change ? Describe(change) : null);

    private Task RetryAsync() => ActAsync(static async sweep =>
        await sweep.RetryFailedAsync() is { } retried ? $"Retrying {Wording.Count(retried, "failed trial")}." : null);

    private Task ChangePriorityAsync() => !IsPriority ? Task.CompletedTask : ActAsync(async sweep =>
        await sweep.ChangePriorityAsync(_priority!.Value) is { } before
            ? $"Priority {_priority} (it was {before})." : null);

    private async Task ActAsync(Func<ISweepGrain, Task<string?>> act)
    {
        (_isBusy, _isError, _outcome) = (true, false, "");
        try
        {
            _outcome = await act(Grains.GetGrain<ISweepGrain>(Sweep.Name))
                ?? throw new BadInputException($"no sweep is named {Sweep.Name}");
        }
        catch (Exception error) when (error is LedgerUnavailableException or BadInputException)
        {
            (_isError, _outcome) = (true, $"Nothing was changed: {error.Message}");
        }
        finally
        {
            (_isBusy, _asksToCancel) = (false, false);
        }
    }

    private static string Describe(DesiredStateChange change) =>
        (change.Now == DesiredState.Active ? "Active again" : $"The sweep is {EnumWords.Of(change.Now)}")
        + (Wording.Listed(
            ", ",
            Wording.Some(change.Requeued, change.Requeued == 1 ? "trial waits" : "trials wait"),
            Wording.Some(change.Withdrawn, "withdrawn"),
            Wording.Some(change.Stopping, change.Stopping == 1 ? "stops with a checkpoint" : "stop with a checkpoint"))
            is { Length: > 0 } effects ? $": {effects}." : ".");
}
