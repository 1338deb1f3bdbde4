using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The files of a sweep's report, each with its address and a download.</summary>
public sealed partial class ReportView : IAsyncDisposable
{
    private static readonly IReadOnlyList<string> Tables =
        [.. Enum.GetValues<TableFormat>().Select(TableFormatExtensions.FileName)];

    private IReadOnlyList<string> _names = [];
    private IJSObjectReference? _module;
    private string? _problem;
    private string _copied = "";
    private SweepSummary? _read;

    /// <summary>The sweep.</summary>
    [Parameter, EditorRequired]
    public SweepSummary Sweep { get; set; } = null!;

    [Inject]
    private SweepReports Reports { get; set; } = null!;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    private IEnumerable<(string Heading, IReadOnlyList<string> Names)> Groups =>
        from @group in ((string Heading, Func<string, bool> Has)[])
        [
            ("Table", Tables.Contains),
            ("Figures", static name => IsDrawing(name)),
            ("Data and provenance", static name => !Tables.Contains(name) && !IsDrawing(name)
                && Path.GetExtension(name) != ".png"),
        ]
        let names = _names.Where(@group.Has).ToList()
        where names.Count > 0
        select (@group.Heading, (IReadOnlyList<string>)names);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser has closed the page, with everything in it.
        }
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        // The time left changes with every epoch, and no report shows it.
        var sweep = Sweep with { TimeLeft = null };
        if (_read == sweep) return;
        _read = sweep;
        try
        {
            (_names, _problem) = ((await Reports.FindAsync(Sweep.Name))?.Names ?? [], null);
        }
        catch (Exception error) when (error is BadInputException or LedgerUnavailableException)
        {
            _problem = error.Message;
        }
    }

    private async Task CopyAsync()
    {
        _module ??= await Browser.InvokeAsync<IJSObjectReference>(
            "import", $"./{Assets["_content/Sbnn.Sweeps.Dashboard/copy.js"]}");
        _copied = await _module.InvokeAsync<bool>("copy", AddressOf(TableFormat.Tex.FileName()))
            ? "Copied." : "The browser does not allow copying; download table.tex instead.";
    }

    // Each figure has a PNG, too, to which its SVG's entry links.
    private static bool IsDrawing(string name) => Path.GetExtension(name) == ".svg";

    private string AddressOf(string file) => $"api/v1/sweeps/{Sweep.Name}/report/{file}";
}
