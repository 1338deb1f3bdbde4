using System.Diagnostics;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// The grain of a sweep. It keeps no state: each change is committed to the ledger, which the scheduler then reads
/// again. A crash between the two steps loses nothing, because the scheduler also reads the ledger when it starts.
/// </summary>
[KeepAlive]
internal sealed class SweepGrain(LedgerWriter ledger, IFinishHooks? hooks = null) : Grain, ISweepGrain
{
    private static readonly ActivitySource Source = new(typeof(SweepGrain).Assembly.GetName().Name!);

    private string Name => this.GetPrimaryKeyString();

    public async Task<RecordedRevision> SubmitAsync(SweepSubmission submission)
    {
        RequireHooks(submission.Run.OnFinish ?? []);
        // The first span of the sweep's trace, a child of the caller's span.
        using var span = Source.StartActivity("submit sweep", ActivityKind.Internal, submission.TraceParent)
            ?.SetTag(TelemetryNames.Sweep, Name);
        return await ThenRefreshAsync(
            ledger.RecordRevisionAsync(submission with { TraceParent = span?.Id ?? submission.TraceParent }));
    }

    public Task<DesiredStateChange?> SetDesiredStateAsync(DesiredState desired) =>
        ThenRefreshAsync(ledger.SetDesiredStateAsync(Name, desired));

    public Task<int?> ChangePriorityAsync(int priority) => ThenRefreshAsync(ledger.SetPriorityAsync(Name, priority));

    public Task<int?> RetryFailedAsync() => ThenRefreshAsync(ledger.RetryFailedAsync(Name));

    // A wrong name is found now, because an error after hours of training would come too late.
    private void RequireHooks(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return;
        var known = hooks?.Names() ?? [];
        if (names.FirstOrDefault(name => !known.Contains(name)) is not { } unknown) return;
        var allowed = known.Count == 0 ? "none is defined" : string.Join(", ", known);
        throw new BadInputException(
            $"run.on-finish: no hook is named {unknown} (allowed: {allowed}); the head's home defines them in "
                + "hooks.yaml");
    }

    private async Task<T> ThenRefreshAsync<T>(Task<T> change)
    {
        var changed = await change;
        await GrainFactory.GetGrain<ISchedulerGrain>(0).RefreshAsync();
        return changed;
    }
}
