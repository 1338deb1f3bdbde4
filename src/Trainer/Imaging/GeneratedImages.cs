using Sbnn.Sweeps.Trainer.Randomness;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// Ten classes of generated 32×32 images, each a pattern on a plain noisy background. Only integer arithmetic is used,
/// because libm's results differ between machines, but the images' digest must not. Image i depends only on (split, i),
/// and its label is i mod 10.
/// </summary>
internal abstract class GeneratedImages : IImageSource
{
    /// <summary>The number of rows and of columns.</summary>
    protected const int Side = 32;

    private const int TrainCount = 10_000;
    private const int TestCount = 2_000;

    /// <inheritdoc/>
    public abstract string Fingerprint { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyList<string> Classes { get; }

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
    public abstract void Read(Split split, int index, Span<byte> pixels);

    /// <summary>
    /// Writes the pixels of an image, row by row from the top left. A pixel is the background's colour, plus the
    /// contrast times the pattern's sign, plus noise.
    /// </summary>
    /// <param name="pixels">Receives the image's bytes: the red, green and blue planes.</param>
    /// <param name="random">The source of the noise.</param>
    /// <param name="noise">The greatest deviation of a pixel's channels, uniform in both directions.</param>
    /// <param name="ground">The background's colour.</param>
    /// <param name="contrast">The colour that the pattern adds to the background, or subtracts from it.</param>
    /// <param name="signAt">Returns the pattern's sign at (x, y): −1, 0 (background) or 1.</param>
    protected static void Paint(
        Span<byte> pixels, CounterRandom random, int noise, ReadOnlySpan<int> ground, ReadOnlySpan<int> contrast,
        Func<int, int, int> signAt)
    {
        for (var y = 0; y < Side; y++)
        {
            for (var x = 0; x < Side; x++)
            {
                var sign = signAt(x, y);
                var bits = random.NextBits();
                for (var c = 0; c < 3; c++)
                {
                    var off = (int)(((bits >> (8 * c)) & 255) * ((2 * noise) + 1) >> 8) - noise;
                    pixels[(((c * Side) + y) * Side) + x] =
                        (byte)Math.Clamp(ground[c] + (sign * contrast[c]) + off, 0, 255);
                }
            }
        }
    }
}
