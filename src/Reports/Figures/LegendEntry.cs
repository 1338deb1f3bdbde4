namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>An entry of a legend.</summary>
/// <param name="Text">The text.</param>
/// <param name="Draw">Draws a mark about the place that it is given; null for none.</param>
internal sealed record LegendEntry(string Text, Action<Drawing, decimal, decimal>? Draw = null);
