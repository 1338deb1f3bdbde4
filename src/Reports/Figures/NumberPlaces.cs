using System.Globalization;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// Writes the number of each row beside its first mark. A number takes the nearest place within the plot that neither a
/// mark nor an earlier number covers. A line leads from a mark to a number that is far from it.
/// </summary>
internal static class NumberPlaces
{
    private const int Size = 13;
    private const decimal Height = 12.4m;
    private const decimal MarkRadius = 6;
    private const decimal NearMost = 3; // A number at most this many rings from its mark needs no line to it.

    // Directions on a circle of radius 1, the best place of a number first.
    private static readonly (decimal X, decimal Y)[] Directions =
    [
        (0.77m, -0.64m), (-0.77m, -0.64m), (0.77m, 0.64m), (-0.77m, 0.64m), (1, 0), (-1, 0), (0, -1), (0, 1),
        (0.94m, -0.34m), (-0.94m, -0.34m), (0.94m, 0.34m), (-0.94m, 0.34m),
    ];

    /// <summary>Draws the numbers, from 1.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="marks">For each row the places of its marks; at least one.</param>
    /// <param name="lines">The areas of lines, which no number may cover either.</param>
    public static void Draw(
        ChartPlot plot, IReadOnlyList<IReadOnlyList<(decimal X, decimal Y)>> marks, IEnumerable<Box> lines)
    {
        var taken = marks.SelectMany(static places => places).Select(static place => new Box(
            place.X - MarkRadius, place.Y - MarkRadius, 2 * MarkRadius, 2 * MarkRadius)).Concat(lines).ToList();
        foreach (var (i, places) in marks.Index())
        {
            var text = (i + 1).ToString(CultureInfo.InvariantCulture);
            var (x, y) = places[0];
            var (box, ring) = Find(plot.Area, taken, x, y, FigureFont.Bold.WidthOf(text, Size));
            taken.Add(box);
            var (middle, centre) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
            if (ring > NearMost)
                plot.Drawing.Stroke(
                    $"M{Drawing.Number(x)} {Drawing.Number(y)}"
                    + $"L{Drawing.Number(middle + ((x - middle) * 0.25m))} "
                    + $"{Drawing.Number(centre + ((y - centre) * 0.25m))}", Palette.Colour(i), width: 0.7m);
            plot.Drawing.Text(box.X, box.Y + (0.75m * Size), text, isBold: true);
        }
    }

    private static (Box Box, int Ring) Find(Box area, List<Box> taken, decimal x, decimal y, decimal width)
    {
        for (var ring = 0; ; ring++)
        {
            foreach (var (right, down) in Directions)
            {
                var (across, along) = (MarkRadius + (width / 2) + 2 + (ring * 4), MarkRadius + (Height / 2) + 2
                    + (ring * 4));
                var box = new Box(
                    x + (right * across) - (width / 2), y + (down * along) - (Height / 2), width, Height);
                if (area.Contains(box) && !taken.Exists(other => other.Overlaps(box))) return (box, ring);
            }

            // All places within the plot were tried: the number stands on its mark.
            if (4 * ring > area.Width + area.Height)
                return (new Box(x - (width / 2), y - (Height / 2), width, Height), 0);
        }
    }
}
