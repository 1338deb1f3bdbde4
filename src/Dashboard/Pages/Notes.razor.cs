using Microsoft.AspNetCore.Components;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>Notes below a table.</summary>
public sealed partial class Notes
{
    [Parameter, EditorRequired]
    public IReadOnlyList<string> Texts { get; set; } = [];
}
