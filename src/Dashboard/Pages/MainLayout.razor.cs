using Microsoft.AspNetCore.Components.Web;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The frame of every page.</summary>
public sealed partial class MainLayout
{
    private ErrorBoundary? _boundary;

    // An error of one page must not hide the next page.
    protected override void OnParametersSet() => _boundary?.Recover();
}
