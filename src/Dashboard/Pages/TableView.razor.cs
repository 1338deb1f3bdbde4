using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The sweep's table as it fills in, with the published values, the verdicts and the claims.</summary>
public sealed partial class TableView
{
    [Parameter, EditorRequired]
    public SweepResults Results { get; set; } = null!;

    private static bool IsVerdict(TableHeading column, ResultRow row) =>
        column.Text == "verdict" && row.Verdict != Verdict.None;

    private string Address(ResultRow row) =>
        new TrialQuery(State: null, TrialOrder.Activity, Page: 1, new TrialSearch(row.Search))
            .AddressOf(Results.Sweep.Name);
}
