using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A sweep in the overview: its progress, what it waits for, and its best rows so far.</summary>
public sealed partial class SweepCard
{
    private const int MostRows = 3;

    [Parameter, EditorRequired]
    public SweepSummary Sweep { get; set; } = null!;

    /// <summary>The sweep's results; null while they are read.</summary>
    [Parameter]
    public SweepResults? Results { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string Waits =>
        Sweep.Counts.Waiting > 0 && Results is not null ? Results.Waits.Describe(Time.GetUtcNow()) : "";

    private bool HasVerdicts => Results!.Table!.Rows.Any(static row => row.Verdict != Verdict.None);

    private static string Accuracy(ResultRow row) => string.Create(
        CultureInfo.InvariantCulture, $"{row.Top1:0.00}{(row.Top1Sd is { } sd ? $" ± {sd:0.00}" : "")}");
}
