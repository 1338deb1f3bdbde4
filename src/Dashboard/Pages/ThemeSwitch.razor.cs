using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// Switches between the light, the dark and the system's theme. The browser stores the choice (theme.js).
/// </summary>
public sealed partial class ThemeSwitch
{
    private static readonly (string Choice, string Icon)[] Choices =
    [
        ("light", Icons.Material.Outlined.LightMode),
        ("dark", Icons.Material.Outlined.DarkMode),
        ("system", Icons.Material.Outlined.Contrast),
    ];

    private string? _choice;

    [Inject]
    private IJSRuntime Browser { get; set; } = null!;

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        _choice = await Browser.InvokeAsync<string>("sbnnTheme.choice");
        StateHasChanged();
    }

    private async Task ChooseAsync(string choice)
    {
        await Browser.InvokeVoidAsync("sbnnTheme.choose", choice);
        _choice = choice;
    }
}
