using System.Globalization;
using SkiaSharp;

namespace Sbnn.Sweeps.Reports.Figures;

/// <summary>
/// A <see cref="Drawing"/> as PNG, at about 360 dots per inch in a paper's column of 8.5 cm. Its letters are those of
/// the bundled font, so no font of the machine is used. The edges of shapes may differ between processors by some
/// levels of grey.
/// </summary>
internal static class PngFile
{
    /// <summary>Pixels per unit of the drawing.</summary>
    public const int Scale = 3;

    /// <summary>Renders the file.</summary>
    public static byte[] Render(Drawing drawing)
    {
        using var surface = SKSurface.Create(new SKImageInfo(
            drawing.Width * Scale, drawing.Height * Scale, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Scale(Scale);
        surface.Canvas.Clear(SKColor.Parse(Drawing.Ground));
        foreach (var shape in drawing.Shapes) Draw(surface.Canvas, shape);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }

    private static void Draw(SKCanvas canvas, Shape shape)
    {
        switch (shape)
        {
            case TextShape text:
                Draw(canvas, text);
                break;
            case PathShape path:
                using (var outline = SKPath.ParseSvgPathData(path.Path))
                    Draw(path, paint => canvas.DrawPath(outline, paint));
                break;
            case CircleShape circle:
                Draw(new PathShape("", circle.Fill, 1, circle.Stroke, CircleShape.LineWidth, null),
                    paint => canvas.DrawCircle((float)circle.X, (float)circle.Y, (float)circle.Radius, paint));
                break;
            case RectangleShape { Box: var box } rectangle:
                Draw(new PathShape("", rectangle.Fill, 1, null, 0, null), paint => canvas.DrawRect(
                    (float)box.X, (float)box.Y, (float)box.Width, (float)box.Height, paint));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(shape), shape, "not an element of a drawing");
        }
    }

    private static void Draw(SKCanvas canvas, TextShape text)
    {
        using var font = new SKFont((text.IsBold ? FigureFont.Bold : FigureFont.Regular).Typeface, text.Size)
        {
            Edging = SKFontEdging.Antialias,
            Hinting = SKFontHinting.None,
            Subpixel = true,
        };
        using var paint = new SKPaint { Color = SKColor.Parse(text.Colour), IsAntialias = true };
        using var letters = SKTextBlob.Create(text.Text, font, new SKPoint((float)-text.Before, 0));
        if (letters is null) return; // An empty text has no glyphs to draw.
        canvas.Save();
        canvas.Translate((float)text.X, (float)text.Y);
        if (text.IsVertical) canvas.RotateDegrees(-90);
        canvas.DrawText(letters, 0, 0, paint);
        canvas.Restore();
    }

    private static void Draw(PathShape style, Action<SKPaint> draw)
    {
        using var paint = new SKPaint { IsAntialias = true };
        if (style.Fill is { } fill)
        {
            paint.Color = SKColor.Parse(fill).WithAlpha((byte)Math.Round(255 * style.Opacity));
            draw(paint);
        }

        if (style.Stroke is not { } stroke) return;
        paint.Style = SKPaintStyle.Stroke;
        paint.Color = SKColor.Parse(stroke);
        paint.StrokeWidth = (float)style.Width;
        using var dashes = style.Dashes is null ? null : SKPathEffect.CreateDash(
            [.. style.Dashes.Split(' ').Select(static length => float.Parse(length, CultureInfo.InvariantCulture))], 0);
        paint.PathEffect = dashes;
        draw(paint);
    }
}
