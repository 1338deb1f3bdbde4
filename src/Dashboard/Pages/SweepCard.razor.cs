using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A sweep in the list of sweeps.</summary>
public sealed partial class SweepCard
{
    [Parameter, EditorRequired]
    public SweepSummary Sweep { get; set; } = null!;

    [Parameter]
    public bool IsChosen { get; set; }
}
