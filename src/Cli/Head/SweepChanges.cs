using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Telemetry;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// Changes a sweep that is in the ledger: through the head, so that the change takes effect immediately, or directly in
/// the ledger when no head runs. An unknown sweep name causes a <see cref="Core.BadInputException"/> that lists the
/// known names.
/// </summary>
internal sealed class SweepChanges(HomeFolder home, CommandConsole console, CancellationToken cancellation)
    : ISweepChanges
{
    public Task<Changed<ChangedDesiredState>> SetDesiredStateAsync(string sweep, DesiredState desired) => ApplyAsync(
        sweep,
        async ledger => (await ledger.SetDesiredStateAsync(sweep, desired))?.ToContract(),
        head => head.SetDesiredStateAsync(sweep, desired, cancellation));

    public Task<Changed<ChangedPriority>> SetPriorityAsync(string sweep, int priority) => ApplyAsync(
        sweep,
        async ledger => await ledger.SetPriorityAsync(sweep, priority) is { } before
            ? new ChangedPriority { Before = before, Now = priority } : null,
        head => head.ChangePriorityAsync(sweep, priority, cancellation));

    public Task<Changed<RetriedTrials>> RetryFailedAsync(string sweep) => ApplyAsync(
        sweep,
        async ledger =>
            await ledger.RetryFailedAsync(sweep) is { } retried ? new RetriedTrials { Retried = retried } : null,
        head => head.RetryFailedAsync(sweep, cancellation));

    private async Task<Changed<T>> ApplyAsync<T>(
        string sweep, Func<LedgerWriter, Task<T?>> asHead, Func<SweepsClient, Task<T?>> throughHead)
        where T : class
    {
        if (!home.HasLedger()) throw UnknownSweep.Here(home);
        T? change = null;
        HeadIdentity? head = null;
        var headship = new Headship(home, console.Warn, TimeProvider.System, Headship.DefaultTimeout);
        using (var headLock =
            await headship.BecomeHeadOrAskAsync(async (api, other) => (change, head) = (await throughHead(api), other),
                cancellation))
        {
            if (headLock is not null) change = await WriteAsync(asHead);
        }

        using var reader = LedgerReader.Open(home.Ledger);
        if (change is null)
        {
            throw await UnknownSweep.OfAsync(
                sweep, new SweepViewReader(reader, new HomeFacts(home), TimeProvider.System));
        }

        return new Changed<T>(change, HeadOutput.Of(head), (await reader.FindSweepAsync(sweep))!);
    }

    private async Task<T?> WriteAsync<T>(Func<LedgerWriter, Task<T?>> change)
        where T : class
    {
        // The logger reports waiting for a locked ledger.
        using var logging = LoggerFactory.Create(static builder => SbnnLogging.Configure(builder, verbose: false));
        await using var ledger =
            await SweepLedger.OpenAsync(home.Ledger, TimeProvider.System, logging.CreateLogger<SweepLedger>());
        return await change(ledger.Writer);
    }
}
