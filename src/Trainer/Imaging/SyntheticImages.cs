using Sbnn.Sweeps.Trainer.Randomness;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Generated images, each of a striped patch on a background. The class is the combination of the colour channels in
/// the stripes (five kinds) and the direction of the stripes (rows or columns). Position and size of the patch, width
/// and phase of the stripes, colours, contrasts, and noise are random. All classes therefore have the same mean image,
/// and a linear classifier performs poorly. Mirroring an image does not change its class.
/// </summary>
internal sealed class SyntheticImages : GeneratedImages
{
    private const int Generator = 1; // Raise this number when the images change, so that they are prepared again.
    private const int SmallestPatch = 24; // The side of a patch has 24 … 32 pixels.
    private const int LeastContrast = 34; // A stripe's channel differs from its background by ±34 … ±58 of 255.
    private const int ContrastSpan = 24;
    private const int Noise = 18; // Every pixel varies by up to ±18, uniformly.

    private static readonly (string Name, int Red, int Green, int Blue)[] Colours =
    [
        ("grey", 1, 1, 1), ("blue-against", 1, 1, -1), ("green-against", 1, -1, 1), ("red-against", -1, 1, 1),
            ("red-alone", 1, 0, 0),
    ];

    /// <inheritdoc/>
    public override string Fingerprint => $"synthetic/{Generator}";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes { get; } =
        [.. Colours.SelectMany(colour => new[] { $"{colour.Name}-rows", $"{colour.Name}-columns" })];

    /// <inheritdoc/>
    public override void Read(Split split, int index, Span<byte> pixels)
    {
        var random = new CounterRandom(Generator, RandomPurpose.SyntheticImage, (long)split, index);
        var label = index % Classes.Count;
        var (_, red, green, blue) = Colours[label / 2];
        var areColumns = label % 2 == 1;
        var stripe = 2 + random.Below(3);
        var phase = random.Below(2 * stripe);
        var (height, width) =
            (SmallestPatch + random.Below(Side - SmallestPatch + 1),
                SmallestPatch + random.Below(Side - SmallestPatch + 1));
        var (top, left) = (random.Below(Side - height + 1), random.Below(Side - width + 1));
        Span<int> contrast = [red, green, blue];
        Span<int> ground = stackalloc int[3];
        for (var c = 0; c < 3; c++)
        {
            ground[c] = 78 + random.Below(100);
            contrast[c] *= LeastContrast + random.Below(ContrastSpan + 1);
        }

        Paint(pixels, random, Noise, ground, contrast, (x, y) =>
        {
            var isInPatch = y >= top && y < top + height && x >= left && x < left + width;
            var isLight = ((areColumns ? x : y) + phase) / stripe % 2 == 0;
            return !isInPatch ? 0 : isLight ? 1 : -1;
        });
    }
}
