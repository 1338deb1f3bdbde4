using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Dashboard.Feed;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The report's figure of accuracy against BOPs PR, with the published points.</summary>
public sealed partial class ScatterView
{
    [Parameter, EditorRequired]
    public SweepResults Results { get; set; } = null!;
}
