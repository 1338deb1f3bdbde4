using MudBlazor;

namespace Sbnn.Sweeps.Dashboard.Pages;

/// <summary>
/// The light and the dark theme. Every page contains both palettes, and a class on the root element selects one
/// (theme.js), so the browser has the right one before it first draws the page, and the server need not know the user's
/// choice.
/// </summary>
internal static class SbnnTheme
{
    private static readonly string[] SystemFonts =
        ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "DejaVu Sans",
            "sans-serif"];

    public static MudTheme Light { get; } = Create(":root");

    public static MudTheme Dark { get; } = Create(":root.dark");

    private static MudTheme Create(string scope) => new()
    {
        PseudoCss = new PseudoCss { Scope = scope },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px", AppbarHeight = "56px" },
        Typography = new Typography
        {
            Default = new DefaultTypography
            {
                FontFamily = SystemFonts,
                FontSize = "0.875rem",
                LineHeight = "1.45",
                LetterSpacing = "normal"
            },
            Body1 = new Body1Typography { FontSize = "0.9375rem", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontSize = "0.875rem", LetterSpacing = "normal" },
            Button = new ButtonTypography { LetterSpacing = "normal", TextTransform = "none" },
        },
        PaletteLight = new PaletteLight
        {
            Background = "#f6f8fa",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#1b1f24",
            TextPrimary = "#1b1f24",
            TextSecondary = "#57606a",
            ActionDefault = "#57606a",
            Primary = "#0969da",
            Info = "#0969da",
            Success = "#1a7f37",
            Error = "#cf222e",
            Warning = "#9a6700",
            GrayDefault = "#8c959f",
            LinesDefault = "#d8dee4",
            TableLines = "#e4e8ec",
            Divider = "#d8dee4",
            TableHover = "#f3f6f9",
        },
        PaletteDark = new PaletteDark
        {
            Background = "#0d1117",
            Surface = "#151b23",
            AppbarBackground = "#151b23",
            AppbarText = "#e6edf3",
            TextPrimary = "#e6edf3",
            TextSecondary = "#9da7b3",
            ActionDefault = "#9da7b3",
            Primary = "#58a6ff",
            Info = "#58a6ff",
            Success = "#3fb950",
            Error = "#ff6a61",
            Warning = "#d29922",
            GrayDefault = "#6e7681",
            LinesDefault = "#30363d",
            TableLines = "#262c34",
            Divider = "#30363d",
            TableHover = "#1b222b",
        },
    };
}
