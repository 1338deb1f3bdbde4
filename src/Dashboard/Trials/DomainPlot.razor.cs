using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core.Arithmetic;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>The domain {α, β} of each binary layer: α, β and their midpoint φ, half of whose distance is τ.</summary>
public sealed partial class DomainPlot
{
    private const int Width = 720;
    private const int Height = 190;
    private const int Left = 58;
    private const int Bottom = 24;
    private const int Margin = 12;

    /// <summary>The binary layers, in forward order.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<LayerRecord> Layers { get; set; } = [];

    // The scale is symmetric about 0, so that a domain ±β looks like one.
    private double Limit => Layers
        .SelectMany(static layer => (double[])[Math.Abs(layer.Phi - layer.Tau), Math.Abs(layer.Phi + layer.Tau)])
        .Where(double.IsFinite).Append(1e-6).Max();

    private string Description => "α and β by layer: " + string.Join("; ", Layers.Select(Title));

    private string X(int layer, int offset = 0) =>
        Text(Left + ((layer + 0.5) * (Width - Left) / Layers.Count) + offset);

    private string Y(double value) =>
        Text(Margin + ((Height - Bottom - (2 * Margin)) * (1 - (value / Limit)) / 2));

    private static string Title(LayerRecord layer) => string.Create(CultureInfo.InvariantCulture,
        $"layer {layer.Order}: α {layer.Phi - layer.Tau:0.0000}, β {layer.Phi + layer.Tau:0.0000}, "
            + $"φ {layer.Phi:0.0000}, τ {layer.Tau:0.0000}");

    private static string Value(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
