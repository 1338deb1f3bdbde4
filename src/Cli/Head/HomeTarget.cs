using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Head;

/// <summary>
/// A home on this machine. It can also be read while no sbnn runs there, because reads go to its ledger.
/// </summary>
internal sealed class HomeTarget(HomeFolder home, CommandConsole console, CancellationToken cancellation) : ISweepTarget
{
    private readonly SweepChanges _changes = new(home, console, cancellation);
    private LedgerReader? _ledger;
    private HomeReads? _reads;

    public string Home => home.Path;

    string? ISweepTarget.Home => Home;

    public HeadOutput? Head => HeadOutput.Of(FindHead());

    public string Status =>
        FindHead() is { } head ? $"sbnn is running on home {home.Path} ({head})"
            : $"sbnn is not running on home {home.Path}";

    public string? Dashboard => FindHead() is { } head ? home.FindDashboard(head) : null;

    public ISweepReads Reads => _reads ??= new HomeReads(
        new SweepViewReader(OpenLedger(), new HomeFacts(home), TimeProvider.System), TryConnect, TimeProvider.System,
        cancellation);

    public string Command(string arguments) => home.Command(arguments);

    public SweepsClient Connect() => TryConnect() ?? throw new BadInputException(
        $"--home: {Status}; start one with `{Command("serve --role head")}` or `{Command("run <spec>")}`");

    public Task<Changed<ChangedDesiredState>> SetDesiredStateAsync(string sweep, DesiredState desired) =>
        _changes.SetDesiredStateAsync(sweep, desired);

    public Task<Changed<ChangedPriority>> SetPriorityAsync(string sweep, int priority) =>
        _changes.SetPriorityAsync(sweep, priority);

    public Task<Changed<RetriedTrials>> RetryFailedAsync(string sweep) => _changes.RetryFailedAsync(sweep);

    public void Dispose() => _ledger?.Dispose();

    private SweepsClient? TryConnect() => FindHead() is { } head ? new SweepsClient(home.AccessOf(head)) : null;

    private HeadIdentity? FindHead() => home.TryFindHead(out var head) ? head : null;

    private LedgerReader OpenLedger() =>
        _ledger ??= home.HasLedger() ? LedgerReader.Open(home.Ledger) : throw UnknownSweep.Here(home);
}
