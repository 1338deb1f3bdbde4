using Sbnn.Sweeps.Trainer.Randomness;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Ten classes of generated 32×32 images: one of five shapes, filled with one of two textures, somewhere on a textured ground. Place,
/// size, phase, colours, contrast's sign and noise are random, so that all classes have the same mean image and no linear classifier
/// gets far. Whole-number arithmetic only: libm differs between machines, and the images' digest must not. Image i depends on (split, i)
/// alone, and its label is i mod 10.
/// </summary>
internal sealed class SyntheticImages : IImageSource
{
    /// <summary>Training images.</summary>
    public const int TrainCount = 10_000;

    /// <summary>Test images.</summary>
    public const int TestCount = 2_000;

    private const int Side = 32;
    private const int Generator = 1; // Raise it when the images change: caches are made anew, and the digest changes.
    private static readonly string[] Shapes = ["disc", "ring", "square", "diamond", "cross"];
    private static readonly string[] Textures = ["fine", "coarse"];

    /// <inheritdoc/>
    public string Fingerprint => $"synthetic/{Generator}";

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; } = [.. Shapes.SelectMany(shape => Textures.Select(texture => $"{texture}-{shape}"))];

    /// <inheritdoc/>
    public (int Height, int Width) Size => (Side, Side);

    /// <inheritdoc/>
    public IReadOnlyList<ushort> LabelsOf(Split split)
    {
        var labels = new ushort[split == Split.Train ? TrainCount : TestCount];
        for (var i = 0; i < labels.Length; i++) labels[i] = (ushort)(i % Classes.Count);
        return labels;
    }

    /// <inheritdoc/>
    public void Read(Split split, int index, Span<byte> pixels)
    {
        var random = new CounterRandom(Generator, RandomPurpose.SyntheticImage, (long)split, index);
        var label = index % Classes.Count;
        var (shape, coarse) = (label / 2, label % 2);
        var radius = 7 + random.Below(5);
        var (centreX, centreY) = (radius + random.Below(Side - (2 * radius)), radius + random.Below(Side - (2 * radius)));
        var stripe = new Stripes(random, coarse == 1 ? 8 : 4);
        Span<int> ground = stackalloc int[3], contrast = stackalloc int[3];
        var noise = 30;
        for (var c = 0; c < 3; c++)
        {
            ground[c] = 78 + random.Below(100);
            contrast[c] = (20 + random.Below(40)) * ((2 * random.Below(2)) - 1);
        }

        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var inside = IsInside(shape, x - centreX, y - centreY, radius);
                var sign = inside ? stripe.At(x, y) : 0;
                var bits = random.NextBits();
                for (var c = 0; c < 3; c++)
                {
                    var value = ground[c] + (sign * contrast[c]) + (int)((((bits >> (8 * c)) & 255) * (uint)((2 * noise) + 1)) >> 8) - noise;
                    pixels[(((c * Side) + y) * Side) + x] = (byte)Math.Clamp(value, 0, 255);
                }
            }
        }
    }

    private static bool IsInside(int shape, int dx, int dy, int radius)
    {
        var (ax, ay) = (Math.Abs(dx), Math.Abs(dy));
        var squared = (dx * dx) + (dy * dy);
        return shape switch
        {
            0 => squared <= radius * radius,
            1 => squared <= radius * radius && 4 * squared >= radius * radius,
            2 => Math.Max(ax, ay) * 8 <= radius * 7,
            3 => ax + ay <= radius * 5 / 4,
            _ => Math.Max(ax, ay) <= radius && Math.Min(ax, ay) * 3 <= radius,
        };
    }

    private readonly struct Stripes
    {
        private readonly int _period, _phase, _dx, _dy;

        public Stripes(CounterRandom random, int period)
        {
            (_period, _phase) = (period, random.Below(period));
            (_dx, _dy) = random.Below(4) switch { 0 => (1, 0), 1 => (0, 1), 2 => (1, 1), _ => (1, -1) };
        }

        public int At(int x, int y) => ((((x * _dx) + (y * _dy) + _phase + (8 * Side)) % _period) * 2 < _period) ? 1 : -1;
    }
}
