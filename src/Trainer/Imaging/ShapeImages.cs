using Sbnn.Sweeps.Trainer.Randomness;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Ten classes of generated 32×32 images: a shape on a plain noisy ground. Place, size, thickness, colours, contrast and noise are random, and
/// the shape is lighter or darker than the ground, so all classes have the same mean image; mirroring keeps the class. A narrow network learns
/// them in a few hundred steps. Whole-number arithmetic only: libm differs between machines, and the images' digest must not. Image i
/// depends on (split, i) alone, and its label is i mod 10.
/// </summary>
internal sealed class ShapeImages : IImageSource
{
    /// <summary>Training images.</summary>
    public const int TrainCount = 10_000;

    /// <summary>Test images.</summary>
    public const int TestCount = 2_000;

    private const int Generator = 1; // Raise it when the images change: caches are made anew, and the digest changes.
    private const int Side = 32;
    private const int LargestShift = 3; // Of the shape's centre, in pixels, either way.
    private const int LeastContrast = 50; // A channel of the shape differs from its ground by 50 … 90 of 255,
    private const int ContrastSpan = 40;
    private const int Noise = 16; // and every pixel by up to ±16 more, uniformly.

    // Whether a pixel belongs to the shape of radius r and thickness t, by its offset from the centre.
    private static readonly (string Name, Func<int, int, int, int, bool> Holds)[] Shapes =
    [
        ("row", static (x, y, r, t) => Math.Abs(y) <= t / 2 && Math.Abs(x) <= r),
        ("column", static (x, y, r, t) => Math.Abs(x) <= t / 2 && Math.Abs(y) <= r),
        ("two-rows", static (x, y, r, t) => Math.Abs(x) <= r && Math.Abs(y) <= r && Math.Abs(y) > r - t),
        ("two-columns", static (x, y, r, t) => Math.Abs(x) <= r && Math.Abs(y) <= r && Math.Abs(x) > r - t),
        ("plus", static (x, y, r, t) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r && Math.Min(Math.Abs(x), Math.Abs(y)) <= t / 2),
        ("saltire", static (x, y, r, t) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r && Math.Abs(Math.Abs(x) - Math.Abs(y)) <= t / 2),
        ("frame", static (x, y, r, t) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r && Math.Max(Math.Abs(x), Math.Abs(y)) > r - t),
        ("square", static (x, y, r, _) => Math.Max(Math.Abs(x), Math.Abs(y)) <= r),
        ("ring", static (x, y, r, t) => (x * x) + (y * y) <= r * r && (x * x) + (y * y) > (r - t) * (r - t)),
        ("disc", static (x, y, r, _) => (x * x) + (y * y) <= r * r),
    ];

    /// <inheritdoc/>
    public string Fingerprint => $"shapes/{Generator}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = [.. Shapes.Select(static shape => shape.Name)];

    /// <inheritdoc/>
    public (int Height, int Width) Size => (Side, Side);

    /// <inheritdoc/>
    public IReadOnlyList<ushort> LabelsOf(Split split)
    {
        var labels = new ushort[split == Split.Train ? TrainCount : TestCount];
        for (var i = 0; i < labels.Length; i++) labels[i] = (ushort)(i % Shapes.Length);
        return labels;
    }

    /// <inheritdoc/>
    public void Read(Split split, int index, Span<byte> pixels)
    {
        var random = new CounterRandom(Generator, RandomPurpose.ShapeImage, (long)split, index);
        var holds = Shapes[index % Shapes.Length].Holds;
        var (left, top) = ((Side / 2) - LargestShift + random.Below((2 * LargestShift) + 1), (Side / 2) - LargestShift + random.Below((2 * LargestShift) + 1));
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

        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var isShape = holds(x - left, y - top, radius, thickness);
                var bits = random.NextBits();
                for (var c = 0; c < 3; c++)
                {
                    var noise = (int)(((bits >> (8 * c)) & 255) * ((2 * Noise) + 1) >> 8) - Noise;
                    pixels[(((c * Side) + y) * Side) + x] = (byte)Math.Clamp(ground[c] + (isShape ? contrast[c] : 0) + noise, 0, 255);
                }
            }
        }
    }
}
