using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Dashboard.Feed;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>Shows a view of a sweep's results, and since when they are known if they lag.</summary>
public sealed partial class ResultsView
{
    /// <summary>The results; null while they are read for the first time.</summary>
    [Parameter, EditorRequired]
    public SweepResults? Results { get; set; }

    [Parameter, EditorRequired]
    public SweepSummary Sweep { get; set; } = null!;

    [Parameter]
    public RenderFragment? ChildContent { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    private string ReadAt => TimeZoneInfo.ConvertTime(Results!.ReadAt, Time.LocalTimeZone)
        .ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
