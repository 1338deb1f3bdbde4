using Sbnn.Sweeps.Trainer.Randomness;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Generated images, each of one shape on a background; the shape is the class. Position, size, thickness, colours,
/// contrast and noise are random, and the shape is lighter or darker than the background, so all classes have the same
/// mean image. Mirroring an image does not change its class. A narrow network learns the classes in a few hundred
/// steps.
/// </summary>
internal sealed class ShapeImages : GeneratedImages
{
    private const int Generator = 1; // Raise this number when the images change, so that they are prepared again.
    private const int LargestShift = 3; // The shape's centre is at most 3 pixels from the image's, in each direction.
    private const int LeastContrast = 50; // A shape's channel differs from its background by 50 … 90 of 255.
    private const int ContrastSpan = 40;
    private const int Noise = 16; // Every pixel varies by up to ±16, uniformly.

    // True when a pixel belongs to the shape with radius r and thickness t, by the pixel's offset from the centre.
    private static readonly (string Name, Func<int, int, int, int, bool> Contains)[] Shapes =
    [
        ("row", static (x, y, r, t) => Math.Abs(y) <= t / 2 && Math.Abs(x) <= r),
        ("column", static (x, y, r, t) => Math.Abs(x) <= t / 2 && Math.Abs(y) <= r),
        ("two-rows", static (x, y, r, t) => Math.Abs(x) <= r && Math.Abs(y) <= r && Math.Abs(y) > r - t),
        ("two-columns", static (x, y, r, t) => Math.Abs(x) <= r && Math.Abs(y) <= r && Math.Abs(x) > r - t),
        ("plus", static (x, y, r, t) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r
            && Math.Min(Math.Abs(x), Math.Abs(y)) <= t / 2),
        ("saltire", static (x, y, r, t) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r
            && Math.Abs(Math.Abs(x) - Math.Abs(y)) <= t / 2),
        ("frame", static (x, y, r, t) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r
            && Math.Max(Math.Abs(x), Math.Abs(y)) > r - t),
        ("square", static (x, y, r, _) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r),
        ("ring", static (x, y, r, t) => (x * x) + (y * y) <= r * r && (x * x) + (y * y) > (r - t) * (r - t)),
        ("disc", static (x, y, r, _) => (x * x) + (y * y) <= r * r),
    ];

    /// <inheritdoc/>
    public override string Fingerprint => $"shapes/{Generator}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes { get; } = [.. Shapes.Select(static shape => shape.Name)];

    /// <inheritdoc/>
    public override void Read(Split split, int index, Span<byte> pixels)
    {
        var random = new CounterRandom(Generator, RandomPurpose.ShapeImage, (long)split, index);
        var contains = Shapes[index % Shapes.Length].Contains;
        var (left, top) =
            ((Side / 2) - LargestShift + random.Below((2 * LargestShift) + 1), (Side / 2) - LargestShift
                + random.Below((2 * LargestShift) + 1));
        var radius = 8 + random.Below(4);
        var thickness = 3 + random.Below(2);
        var sign = random.Below(2) == 0 ? 1 : -1;
        Span<int> ground = stackalloc int[3];
        Span<int> contrast = stackalloc int[3];
        for (var c = 0; c < 3; c++)
        {
            ground[c] = 98 + random.Below(60);
            contrast[c] = sign * (LeastContrast + random.Below(ContrastSpan + 1));
        }

        Paint(pixels, random, Noise, ground, contrast,
            (x, y) => contains(x - left, y - top, radius, thickness) ? 1 : 0);
    }
}
