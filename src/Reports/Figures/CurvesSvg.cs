using System.Globalization;
using System.Text;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// A <see cref="CurvesFigure"/> as SVG: for each row the mean over its seeds, within a band of the standard deviation.
/// </summary>
public static class CurvesSvg
{
    /// <summary>Renders the file, with '\n' line ends.</summary>
    public static string Render(CurvesFigure figure)
    {
        var curves = figure.Curves;
        var hasBands = curves.Any(static curve => curve.Accuracies.Any(static at => at.Sd is not null));
        List<string> legend =
        [
            .. hasBands ? (string[])["line: mean; band: ± standard deviation over seeds"] : [],
            .. curves.Select(static curve => curve.Seeds == curve.Trials ? curve.Label
                : string.Create(CultureInfo.InvariantCulture, $"{curve.Label} ({curve.Seeds}/{curve.Trials} seeds)")),
            .. figure.Omitted > 0 ? (string[])[$"{Wording.Count(figure.Omitted, "further row")} not shown"] : [],
        ];
        var frame = new ChartFrame(
            figure.Title,
            ChartAxis.OfEpochs(curves.Max(static curve => curve.Accuracies.Count)),
            ChartAxis.Of(
                "test accuracy, %",
                [
                    .. curves.SelectMany(static curve => curve.Accuracies)
                        .SelectMany(static at => new[] { at.Mean - (at.Sd ?? 0), at.Mean + (at.Sd ?? 0) }),
                ],
                most: 100,
                intervals: 7),
            legend);
        foreach (var (i, curve) in curves.Index())
            if (curve.Accuracies[0].Sd is not null) frame.Canvas.Fill(Band(frame, curve), Palette.Colour(i), 0.16m);
        foreach (var (i, curve) in curves.Index())
            frame.Canvas.Stroke(Line(frame, curve), Palette.Colour(i), 1.6m, Palette.Dashes(i));
        var first = hasBands ? 1 : 0;
        foreach (var (i, text) in legend.Index())
        {
            var row = i - first;
            if (row < 0 || row >= curves.Count) frame.Legend(text);
            else
                frame.Legend(text, (x, y) => frame.Canvas.Stroke(
                    $"M{SvgCanvas.Number(x - 14)} {SvgCanvas.Number(y)}h28", Palette.Colour(row), 2,
                    Palette.Dashes(row)));
        }

        return frame.Canvas.ToString();
    }

    private static string Line(ChartFrame frame, LearningCurve curve)
    {
        var path = new StringBuilder();
        foreach (var (i, at) in curve.Accuracies.Index()) Append(path, frame, i, at.Mean);
        if (curve.Accuracies.Count == 1) path.Append("h3"); // A path of one point is not drawn.
        return path.ToString();
    }

    private static string Band(ChartFrame frame, LearningCurve curve)
    {
        var path = new StringBuilder();
        foreach (var (i, at) in curve.Accuracies.Index()) Append(path, frame, i, at.Mean + (at.Sd ?? 0));
        foreach (var (i, at) in curve.Accuracies.Index().Reverse()) Append(path, frame, i, at.Mean - (at.Sd ?? 0));
        return path.Append('z').ToString();
    }

    private static void Append(StringBuilder path, ChartFrame frame, int epoch, decimal accuracy) =>
        path.Append(path.Length == 0 ? 'M' : 'L').Append(SvgCanvas.Number(frame.X(epoch + 1))).Append(' ')
            .Append(SvgCanvas.Number(frame.Y(accuracy)));
}
