using System.Diagnostics;
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
internal sealed class SweepGrain(LedgerWriter ledger) : Grain, ISweepGrain
{
    private static readonly ActivitySource Source = new(typeof(SweepGrain).Assembly.GetName().Name!);

    private string Name => this.GetPrimaryKeyString();

    public async Task<RecordedRevision> SubmitAsync(SweepSubmission submission)
    {
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

    private async Task<T> ThenRefreshAsync<T>(Task<T> change)
    {
        var changed = await change;
        await GrainFactory.GetGrain<ISchedulerGrain>(0).RefreshAsync();
        return changed;
    }
}
