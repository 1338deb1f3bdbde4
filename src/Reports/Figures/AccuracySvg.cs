using System.Globalization;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// An <see cref="AccuracyFigure"/> as SVG. A row has one colour and one number: a disc with the standard deviation over
/// the seeds is ours, a diamond is the paper's, and a line joins the two.
/// </summary>
public static class AccuracySvg
{
    private const decimal Radius = 4.5m;
    private const decimal DiamondRadius = 6.8m; // A disc fits inside, so neither hides the other.
    private const decimal DigitWidth = 7.5m;

    /// <summary>Renders the file, with '\n' line ends.</summary>
    public static string Render(AccuracyFigure figure)
    {
        var points = figure.Points;
        var isNumbered = points.Count <= Palette.Most;
        var frame = new ChartFrame(
            figure.Title,
            ChartAxis.Of("BOPs PR, %", [.. points.SelectMany(static point => X(point))], most: 0, intervals: 5),
            ChartAxis.Of("top-1 accuracy, %", [.. points.SelectMany(static point => Y(point))], most: 100,
                intervals: 7),
            [.. Kinds(points).Select(static kind => kind.Text), .. isNumbered ? Names(points) : []]);
        foreach (var (i, point) in points.Index()) Joined(frame, point, Palette.Colour(i));
        foreach (var (i, point) in points.Index()) Marks(frame, point, Palette.Colour(i));
        if (isNumbered) Number(frame, points);
        foreach (var (text, mark) in Kinds(points)) frame.Legend(text, (x, y) => mark(frame.Canvas, x, y));
        if (isNumbered)
        {
            foreach (var (i, name) in Names(points).Index())
                frame.Legend(name, (x, y) => frame.Canvas.Fill(
                    $"M{SvgCanvas.Number(x - 5)} {SvgCanvas.Number(y - 5)}h10v10h-10z", Palette.Colour(i)));
        }

        return frame.Canvas.ToString();
    }

    private static IEnumerable<string> Names(IReadOnlyList<AccuracyPoint> points) =>
        points.Select(static (point, i) => string.Create(CultureInfo.InvariantCulture,
            $"{i + 1}  {point.Label}{(point is { Paper: not null, IsQuoted: true } ? " (quoted)" : "")}"));

    private static IEnumerable<(string Text, Action<SvgCanvas, decimal, decimal> Draw)> Kinds(
        IReadOnlyList<AccuracyPoint> points)
    {
        var ours = points.Where(static point => point.Ours is not null).ToList();
        if (ours.Count > 0)
        {
            var hasSpread = ours.Exists(static point => point.Ours!.Value.Top1.Sd is not null);
            yield return ($"ours{(hasSpread ? ", ± standard deviation over the seeds" : "")}",
                static (canvas, x, y) => canvas.Circle(x, y, Radius, SvgCanvas.Soft));
        }

        if (points.Any(static point => point.Paper is not null))
            yield return ("the paper's", static (canvas, x, y) => canvas.Diamond(x, y, DiamondRadius, SvgCanvas.Soft));
    }

    private static void Joined(ChartFrame frame, AccuracyPoint point, string colour)
    {
        if (point is { Ours: { } ours, Paper: { } paper })
            frame.Canvas.Stroke(
                $"M{Place(frame, ours.BopsPr.Mean, ours.Top1.Mean)}L{Place(frame, paper.BopsPr, paper.Top1)}", colour,
                dashes: "2 3");
    }

    private static void Marks(ChartFrame frame, AccuracyPoint point, string colour)
    {
        if (point.Paper is { } paper)
            frame.Canvas.Diamond(frame.X(paper.BopsPr), frame.Y(paper.Top1), DiamondRadius, colour);
        if (point.Ours is not { } ours) return;
        var (x, y) = (frame.X(ours.BopsPr.Mean), frame.Y(ours.Top1.Mean));
        if (ours.Top1.Sd is { } sd)
        {
            var (low, high) = (frame.Y(ours.Top1.Mean - sd), frame.Y(ours.Top1.Mean + sd));
            if (low - high > 2 * Radius)
                frame.Canvas.Stroke(
                    $"M{SvgCanvas.Number(x)} {SvgCanvas.Number(high)}V{SvgCanvas.Number(low)}"
                    + $"M{SvgCanvas.Number(x - 4)} {SvgCanvas.Number(high)}h8"
                    + $"M{SvgCanvas.Number(x - 4)} {SvgCanvas.Number(low)}h8", colour, width: 1.4m);
        }

        if (ours.BopsPr.Sd is { } spread)
        {
            var (left, right) = (frame.X(ours.BopsPr.Mean - spread), frame.X(ours.BopsPr.Mean + spread));
            if (right - left > 2 * Radius)
                frame.Canvas.Stroke(
                    $"M{SvgCanvas.Number(left)} {SvgCanvas.Number(y)}H{SvgCanvas.Number(right)}"
                    + $"M{SvgCanvas.Number(left)} {SvgCanvas.Number(y - 4)}v8"
                    + $"M{SvgCanvas.Number(right)} {SvgCanvas.Number(y - 4)}v8", colour, width: 1.4m);
        }

        frame.Canvas.Circle(x, y, Radius, colour);
    }

    // Each number takes the first place beside its mark that no mark and no earlier number covers.
    private static void Number(ChartFrame frame, IReadOnlyList<AccuracyPoint> points)
    {
        var taken = points.SelectMany(point => new[]
            {
                point.Ours is { } ours ? Around(frame.X(ours.BopsPr.Mean), frame.Y(ours.Top1.Mean)) : (Box?)null,
                point.Paper is { } paper ? Around(frame.X(paper.BopsPr), frame.Y(paper.Top1)) : null,
            })
            .OfType<Box>().ToList();
        foreach (var (i, point) in points.Index())
        {
            var text = (i + 1).ToString(CultureInfo.InvariantCulture);
            var (x, y) = point is { Ours: { } ours } ? (frame.X(ours.BopsPr.Mean), frame.Y(ours.Top1.Mean))
                : (frame.X(point.Paper!.Value.BopsPr), frame.Y(point.Paper.Value.Top1));
            var wide = text.Length * DigitWidth;
            Box[] places =
            [
                new(x + 7, y - 17, wide, 13), new(x - 7 - wide, y - 17, wide, 13), new(x + 7, y + 5, wide, 13),
                new(x - 7 - wide, y + 5, wide, 13), new(x + 9, y - 6, wide, 13), new(x - 9 - wide, y - 6, wide, 13),
            ];
            var free = Array.Find(places, place =>
                place.X + place.Width < ChartFrame.Width && !taken.Exists(box => box.Overlaps(place)));
            var chosen = free == default ? places[0] : free;
            taken.Add(chosen);
            frame.Canvas.Text(chosen.X, chosen.Y + 11, text, colour: Palette.Colour(i), isBold: true);
        }
    }

    private static Box Around(decimal x, decimal y) => new(x - 6, y - 6, 12, 12);

    private static string Place(ChartFrame frame, decimal bopsPr, decimal top1) =>
        $"{SvgCanvas.Number(frame.X(bopsPr))} {SvgCanvas.Number(frame.Y(top1))}";

    private static IEnumerable<decimal> X(AccuracyPoint point)
    {
        if (point.Paper is { } paper) yield return paper.BopsPr;
        if (point.Ours is not { } ours) yield break;
        yield return ours.BopsPr.Mean - (ours.BopsPr.Sd ?? 0);
        yield return ours.BopsPr.Mean + (ours.BopsPr.Sd ?? 0);
    }

    private static IEnumerable<decimal> Y(AccuracyPoint point)
    {
        if (point.Paper is { } paper) yield return paper.Top1;
        if (point.Ours is not { } ours) yield break;
        yield return ours.Top1.Mean - (ours.Top1.Sd ?? 0);
        yield return ours.Top1.Mean + (ours.Top1.Sd ?? 0);
    }

    private readonly record struct Box(decimal X, decimal Y, decimal Width, decimal Height)
    {
        public bool Overlaps(Box other) =>
            X < other.X + other.Width && other.X < X + Width && Y < other.Y + other.Height && other.Y < Y + Height;
    }
}
