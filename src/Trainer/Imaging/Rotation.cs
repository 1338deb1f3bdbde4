namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// torchvision's RandomRotation on a PIL image, with its defaults: about the image's middle, nearest pixel, black where
/// the image has none, same size. Pillow walks the image in steps of 1/65536 pixel; so does this, and sine and cosine
/// come from plain IEEE arithmetic, not from libm
/// (which differs between machines), so every machine picks the same pixels.
/// </summary>
internal static class Rotation
{
    private const int FractionBits = 16;

    /// <summary>
    /// Where each pixel of a rotated image comes from (row · width + column), row by row; height · width: from nowhere,
    /// black.
    /// </summary>
    /// <param name="degrees">Counter-clockwise, in [−180, 180].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="from">height · width places to fill.</param>
    public static void Trace(double degrees, int height, int width, Span<long> from)
    {
        var radians = -degrees * (Math.PI / 180);
        var (sine, cosine) = (Series(radians, firstPower: 1), Series(radians, firstPower: 0));
        var (middleX, middleY) = (width / 2.0, height / 2.0);

        // Source = turn · (target − middle) + middle, at the pixels' centres.
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

    // Taylor's series of sine (first power 1) or cosine (0): within an angle of π its 20 terms leave less than 1e-14.
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
