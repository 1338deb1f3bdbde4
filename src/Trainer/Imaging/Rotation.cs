namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// torchvision's RandomRotation on a PIL image, with its defaults: about the image's centre, nearest pixel, black
/// outside the image, same size. Like Pillow's, the arithmetic has steps of 1/65536 pixel. Sine and cosine are computed
/// with IEEE arithmetic instead of libm, whose results differ between machines, so every machine selects the same
/// pixels.
/// </summary>
internal static class Rotation
{
    private const int FractionBits = 16;

    /// <summary>
    /// Computes the source position of each pixel of a rotated image (row · width + column), row by row; height · width
    /// for a black pixel, which has no source.
    /// </summary>
    /// <param name="degrees">The counter-clockwise angle in degrees, in [−180, 180].</param>
    /// <param name="height">The number of rows of the image.</param>
    /// <param name="width">The number of columns of the image.</param>
    /// <param name="from">Receives the height · width positions.</param>
    public static void FindSources(double degrees, int height, int width, Span<long> from)
    {
        var radians = -degrees * (Math.PI / 180);
        var (sine, cosine) = (Series(radians, firstPower: 1), Series(radians, firstPower: 0));
        var (middleX, middleY) = (width / 2.0, height / 2.0);

        // Source = turn · (target − centre) + centre, in coordinates of the pixels' centres.
        var left = middleX - (cosine * middleX) - (sine * middleY) + ((cosine + sine) * 0.5);
        var top = middleY + (sine * middleX) - (cosine * middleY) + ((cosine - sine) * 0.5);
        var (along, right, down) = (Fixed(cosine), Fixed(sine), Fixed(-sine));
        var (rowX, rowY) = (Fixed(left), Fixed(top));
        for (var y = 0; y < height; y++)
        {
            var (x16, y16) = (rowX, rowY);
            for (var x = 0; x < width; x++)
            {
                var (column, row) = (x16 >> FractionBits, y16 >> FractionBits);
                var isInside = column >= 0 && column < width && row >= 0 && row < height;
                from[(y * width) + x] = isInside ? (row * width) + column : height * width;
                (x16, y16) = (x16 + along, y16 + down);
            }

            (rowX, rowY) = (rowX + right, rowY + along);
        }
    }

    private static long Fixed(double value) => (long)Math.Floor((value * (1 << FractionBits)) + 0.5);

    // The Taylor series of sine (first power 1) or cosine (first power 0). For angles up to π, the error of its 20
    // terms is below 1e-14.
    private static double Series(double radians, int firstPower)
    {
        var (term, sum) = (firstPower == 0 ? 1.0 : radians, 0.0);
        for (var power = firstPower; power < 40; power += 2)
        {
            sum += term;
            term *= -(radians * radians) / ((power + 1) * (power + 2));
        }

        return sum;
    }
}
