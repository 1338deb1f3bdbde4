using Microsoft.AspNetCore.Components;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>A value with a bar below it that shows its share of the whole.</summary>
public sealed partial class MeterBar
{
    /// <summary>The share, from 0 to 100.</summary>
    [Parameter, EditorRequired]
    public int Percent { get; set; }

    /// <summary>The value as text.</summary>
    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    /// <summary>The CSS class that colours the bar.</summary>
    [Parameter]
    public string Fill { get; set; } = "fill-running";
}
