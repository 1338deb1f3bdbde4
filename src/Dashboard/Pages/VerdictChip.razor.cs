using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The verdict on a row; nothing for a row without a published value.</summary>
public sealed partial class VerdictChip
{
    [Parameter, EditorRequired]
    public Verdict Verdict { get; set; }
}
