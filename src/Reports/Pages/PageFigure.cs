namespace Sbnn.Sweeps.Reports.Pages;

/// <summary>A figure on a page.</summary>
/// <param name="Svg">The figure: a whole SVG file.</param>
/// <param name="Caption">What it shows, in sentences.</param>
/// <param name="IsWide">True when it takes the width of the page.</param>
public sealed record PageFigure(string Svg, string Caption, bool IsWide = false);
