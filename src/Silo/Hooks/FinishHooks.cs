using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Silo.Hooks;

/// <summary>
/// Calls the hooks of sweeps that have ended, once for each revision, and again after failed trials were retried. A
/// call is recorded when it has ended, so after a crash a hook may be called twice. Hooks are called one after another,
/// each for a limited time.
/// </summary>
/// <param name="file">The path of the host's <c>hooks.yaml</c>. It is read for each use, so a change needs no
/// restart.</param>
/// <param name="ledger">The ledger's reader.</param>
/// <param name="writer">Records the calls.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class FinishHooks(
    string file, LedgerReader ledger, LedgerWriter writer, TimeProvider time, ILogger<FinishHooks> log)
    : BackgroundService, IFinishHooks
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly HookSender _sender = new(time);
    private readonly SemaphoreSlim _calling = new(1, 1);
    private readonly LedgerWatch _watch = ledger.Watch();

    // Calls that have ended while the ledger could not be changed. They are not repeated.
    private readonly Dictionary<DueHook, HookOutcome> _unrecorded = [];
    private bool _isReported;

    /// <inheritdoc/>
    public IReadOnlyList<string> Names() => [.. HookFile.Read(file).Keys.Order(StringComparer.Ordinal)];

    /// <summary>Calls every hook that is due, and returns when the calls have ended.</summary>
    public async Task CallDueAsync(CancellationToken cancellation)
    {
        await _calling.WaitAsync(cancellation);
        try
        {
            var all = await ledger.ReadDueHooksAsync();
            foreach (var old in _unrecorded.Keys.Except(all).ToList()) _unrecorded.Remove(old);
            foreach (var due in all)
            {
                if (!_unrecorded.TryGetValue(due, out var outcome))
                {
                    _unrecorded[due] = outcome = await CallAsync(due, cancellation);
                    if (outcome.State == HookState.Failed) LogFailed(due.Hook, due.Sweep, outcome.Reason!);
                }

                await writer.RecordHookAsync(due, outcome);
                _unrecorded.Remove(due);
            }
        }
        finally
        {
            _calling.Release();
        }
    }

    public override void Dispose()
    {
        _watch.Dispose();
        _sender.Dispose();
        _calling.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(CheckInterval, time);
        var isBehind = false;
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                isBehind |= await _watch.HasChangedAsync();
                if (!isBehind) continue;
                await CallDueAsync(stoppingToken);
                (isBehind, _isReported) = (false, false);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // An error that left this method would stop the head.
                if (!_isReported) LogNotCalled(LedgerUnavailableException.TraceOf(error), error.Message);
                _isReported = true;
            }
        }
    }

    private async Task<HookOutcome> CallAsync(DueHook due, CancellationToken cancellation)
    {
        Hook? hook;
        try
        {
            hook = HookFile.Read(file).GetValueOrDefault(due.Hook);
        }
        catch (BadInputException)
        {
            return HookOutcome.Failed("the host's definition of its hooks has mistakes");
        }

        if (hook is null) return HookOutcome.Failed("the host no longer defines the hook");
        byte[] summary;
        try
        {
            summary = await SummaryAsync(due.Sweep);
        }
        catch (BadInputException)
        {
            return HookOutcome.Failed("the sweep's results cannot be put into its table");
        }

        return await _sender.SendAsync(hook, summary, cancellation);
    }

    private async Task<byte[]> SummaryAsync(string sweep)
    {
        var summary = await ledger.FindSweepAsync(sweep);
        var outcome = await ledger.FindOutcomeAsync(sweep);
        return JsonSerializer.SerializeToUtf8Bytes(
            new FinishedSweep
            {
                Sweep = summary!.ToContract(),
                Table = MarkdownTable.Render(SweepTable.Of(outcome!)),
            },
            SbnnJson.Options);
    }

    [LoggerMessage(LogLevel.Warning, "Hook {Hook} of sweep {Sweep} failed: {Reason}")]
    private partial void LogFailed(string hook, string sweep, string reason);

    [LoggerMessage(LogLevel.Warning, "The hooks of ended sweeps cannot be called yet; retrying: {Reason}")]
    private partial void LogNotCalled(Exception? error, string reason);
}
