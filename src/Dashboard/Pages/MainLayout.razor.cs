using Microsoft.AspNetCore.Components.Web;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>The frame of every page.</summary>
public sealed partial class MainLayout
{
    private ErrorBoundary? _boundary;

    // Another page is another try.
    protected override void OnParametersSet() => _boundary?.Recover();
}
