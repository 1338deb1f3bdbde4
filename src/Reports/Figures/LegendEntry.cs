namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>An entry of a legend.</summary>
/// <param name="Text">The text.</param>
/// <param name="Draw">Draws the entry's mark, centred on the given coordinates; null: no mark.</param>
internal sealed record LegendEntry(string Text, Action<Drawing, decimal, decimal>? Draw = null);
