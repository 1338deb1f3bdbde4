using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A bar of a sweep's trials with a segment for each state.</summary>
public sealed partial class StateBar
{
    [Parameter, EditorRequired]
    public SweepSummary Sweep { get; set; } = null!;

    private string Label => string.Join(
        ", ",
        StateCounts.Of(Sweep.Counts).Where(static c => c.Count > 0)
            .Select(static c => string.Create(CultureInfo.InvariantCulture, $"{c.Count} {EnumWords.Of(c.State)}")));
}
