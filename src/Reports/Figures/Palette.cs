namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// The colours and dashes that distinguish rows. The colours are Okabe and Ito's, which colour-blind readers can
/// distinguish, too.
/// </summary>
internal static class Palette
{
    // Okabe and Ito's yellow is omitted, because it is too pale for lines on white.
    private static readonly string[] Colours =
        ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#7f7f7f"];

    private static readonly string?[] Lines = [null, "6 3", "2 3"];

    /// <summary>The largest number of rows that get different colours or dashes.</summary>
    public static int Most => Colours.Length * Lines.Length;

    /// <summary>The colour of a row.</summary>
    public static string Colour(int row) => Colours[row % Colours.Length];

    /// <summary>The dashes of a row's line; null: a solid line.</summary>
    public static string? Dashes(int row) => Lines[row / Colours.Length % Lines.Length];
}
