using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The page of the nodes, each with its CPU and its GPUs.</summary>
public sealed partial class NodesPage : IDisposable
{
    private const int MostLinks = 8;

    // A node reports once a second.
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _closed = new();
    private IReadOnlyList<NodeView> _nodes = [];
    private ILookup<NodeName?, TrialProgress> _running = Enumerable.Empty<TrialProgress>().ToLookup(static t => t.Node);

    private static Dictionary<string, object?> Attributes { get; } =
        new() { ["aria-label"] = "Nodes and their devices" };

    [Inject]
    private NodeViews Nodes { get; set; } = null!;

    [Inject]
    private LedgerReader Ledger { get; set; } = null!;

    [Inject]
    private INodeAdmission Admission { get; set; } = null!;

    [Inject]
    private IGrainFactory Grains { get; set; } = null!;

    [Inject]
    private DashboardLinks Links { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private IEnumerable<DeviceRow> Rows => _nodes.SelectMany(static node => RowsOf(node));

    /// <inheritdoc/>
    public void Dispose()
    {
        _closed.Cancel();
        _closed.Dispose();
    }

    /// <inheritdoc/>
    protected override Task OnInitializedAsync() => ReadAsync();

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        // This runs only for a page in a browser, not for prerendering.
        if (firstRender) _ = RedrawAsync(_closed.Token);
    }

    private async Task RedrawAsync(CancellationToken closed)
    {
        using var pace = new PeriodicTimer(RefreshInterval, Time);
        try
        {
            while (await pace.WaitForNextTickAsync(closed))
            {
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page is closed.
        }
        catch (Exception error)
        {
            await DispatchExceptionAsync(error); // The error boundary of this page handles it; other pages continue.
        }
    }

    private async Task ReadAsync()
    {
        _nodes = Nodes.List();
        try
        {
            _running = (await Ledger.ReadRunningAsync()).ToLookup(static trial => trial.Node);
        }
        catch (LedgerUnavailableException)
        {
            // The pages of sweeps report the problem; the last known trials stay.
        }
    }

    private IReadOnlyCollection<TrialProgress> RunningOn(NodeView node) => [.. _running[node.Name]];

    private async Task DrainAsync(NodeView node)
    {
        Admission.Drain(node.Name, !Admission.IsDraining(node.Name));
        await Grains.GetGrain<INodeGrain>(node.Name.Value).PokeAsync();
        await ReadAsync();
    }

    private string HeardText(HeardNode heard) => Time.GetUtcNow() - heard.HeardAt is var ago
        && ago < TimeSpan.FromSeconds(3) ? "now" : $"{Wording.Duration(ago)} ago";

    private static IEnumerable<DeviceRow> RowsOf(NodeView node)
    {
        var slots = node.Heard?.Offer.CpuSlots ?? 0;
        var hasCpu = slots > 0 || node.TakenOnCpu > 0 || node.Gpus.Count == 0;
        if (hasCpu) yield return new DeviceRow(node, Gpu: null, node.TakenOnCpu, slots, IsFirst: true);
        foreach (var (i, (gpu, taken)) in node.Gpus.Index())
            yield return new DeviceRow(node, gpu, taken, gpu.Slots, IsFirst: !hasCpu && i == 0);
    }

    private static string? Titled(string uuid, string? deviceClass) =>
        Wording.Listed("\n", uuid, deviceClass is null ? "" : $"device class {deviceClass}") is { Length: > 0 } title
            ? title
            : null;

    private static string StateText(NodeView node) => node.Reason is { } reason
        ? string.Create(CultureInfo.InvariantCulture, $"{EnumWords.Of(node.State)}: {reason}")
        : EnumWords.Of(node.State);

    /// <summary>A device of a node.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Gpu">The GPU; null: the CPU.</param>
    /// <param name="Taken">Slots that trials hold.</param>
    /// <param name="Slots">The number of slots.</param>
    /// <param name="IsFirst">True for the node's first row, which shows the node's name.</param>
    private sealed record DeviceRow(NodeView Node, GpuOffer? Gpu, int Taken, int Slots, bool IsFirst);
}
