using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Randomness;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Imaging;

/// <summary>
/// torchvision's RandomCrop(padding), RandomHorizontalFlip and RandomRotation, in that order and before normalisation
/// (so pixels outside the image are black). A whole batch is transformed by one gather operation, or by two when it is
/// rotated.
/// </summary>
/// <param name="Top">Rows by which each image's window is moved down in the padded image, 0 … 2·padding.</param>
/// <param name="Left">Columns by which each image's window is moved right in the padded image, 0 … 2·padding.</param>
/// <param name="Flip">Whether each image is mirrored after the crop.</param>
/// <param name="Angle">Degrees, counter-clockwise, by which each image is rotated after the flip.</param>
/// <param name="Padding">Pixels of padding on every side.</param>
internal sealed record Augmentation(int[] Top, int[] Left, bool[] Flip, double[] Angle, int Padding)
{
    /// <summary>Draws the random crops, flips and rotations of a step.</summary>
    /// <param name="seed">The trial's seed.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="step">The step, from 0.</param>
    /// <param name="batch">The number of images in the batch.</param>
    /// <param name="padding">Pixels of padding; 0 for no crops.</param>
    /// <param name="flips">True for random flips.</param>
    /// <param name="rotation">The greatest angle in degrees; 0 for no rotations.</param>
    public static Augmentation Draw(int seed, int epoch, int step, int batch, int padding, bool flips, double rotation)
    {
        var crop = new CounterRandom(seed, RandomPurpose.Crop, epoch, step);
        var flip = new CounterRandom(seed, RandomPurpose.Flip, epoch, step);
        var turn = new CounterRandom(seed, RandomPurpose.Rotation, epoch, step);
        var drawn = new Augmentation(new int[batch], new int[batch], new bool[batch], new double[batch], padding);
        for (var i = 0; i < batch; i++)
        {
            drawn.Top[i] = crop.Below((2 * padding) + 1);
            drawn.Left[i] = crop.Below((2 * padding) + 1);
            drawn.Flip[i] = flips && flip.Below(2) == 1;
            if (rotation > 0) drawn.Angle[i] = rotation * ((2 * turn.NextDouble()) - 1);
        }

        return drawn;
    }

    /// <summary>Transforms [batch, 3, h, w] bytes into the same shape.</summary>
    public Tensor Apply(Tensor pixels) => Rotate(CropAndFlip(pixels));

    private Tensor CropAndFlip(Tensor pixels)
    {
        if (Padding == 0 && !Flip.Contains(true)) return pixels;
        var (batch, channels, height, width) = (pixels.shape[0], pixels.shape[1], pixels.shape[2], pixels.shape[3]);
        var padded = nn.functional.pad(pixels, [Padding, Padding, Padding, Padding]);
        var paddedWidth = width + (2 * Padding);

        // The position of each output pixel in its padded image: row · width + column.
        var flip = tensor(Flip).UploadTo(pixels.device).view(batch, 1);
        var column = Scalars.Range(width, pixels.device).view(1, width);
        var left = tensor(Left, ScalarType.Int64).UploadTo(pixels.device).view(batch, 1);
        var top = tensor(Top, ScalarType.Int64).UploadTo(pixels.device).view(batch, 1);
        var columns = where(flip, column.negative().Plus(width - 1), column).Plus(left);
        var rows = Scalars.Range(height, pixels.device).view(1, height).Plus(top);
        var from = rows.view(batch, 1, height, 1).Times(paddedWidth).Plus(columns.view(batch, 1, 1, width));
        return padded.view(batch, channels, -1)
            .gather(2, from.view(batch, 1, -1).expand(batch, channels, height * width))
            .view(batch, channels, height, width);
    }

    private Tensor Rotate(Tensor pixels)
    {
        if (!Angle.Any(static angle => angle != 0)) return pixels;
        var (batch, channels, height, width) =
            (pixels.shape[0], pixels.shape[1], (int)pixels.shape[2], (int)pixels.shape[3]);
        var area = height * width;
        var from = new long[batch * area];
        for (var i = 0; i < batch; i++) Rotation.FindSources(Angle[i], height, width, from.AsSpan(i * area, area));

        // A black pixel is appended to each colour plane, because positions outside the image must read black.
        var planes = nn.functional.pad(pixels.reshape(batch, channels, area), [0, 1]);
        return planes
            .gather(2, tensor(from).UploadTo(pixels.device).view(batch, 1, area).expand(batch, channels, area))
            .view(batch, channels, height, width);
    }
}
