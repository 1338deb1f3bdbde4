using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method.Fused;

/// <summary>
/// Copies the inputs of a 3×3 convolution with padding 1 to a matrix, with one row per output position.
/// </summary>
internal static unsafe class Patches
{
    private const int Kernel = 3;

    /// <summary>
    /// Rearranges [n, c, h, w] bfloat16 with channels last to [n·h'·w', 9·c], each row beginning with the channels of
    /// the top left neighbour.
    /// </summary>
    public static Tensor Of(Tensor images, int stride)
    {
        var (batch, channels, height, width) =
            (images.shape[0], (int)images.shape[1], (int)images.shape[2], (int)images.shape[3]);
        var (rows, columns) = ((height + stride - 1) / stride, (width + stride - 1) / stride);
        var patches = empty(batch * rows * columns, Kernel * Kernel * channels, dtype: bfloat16);
        var (from, to) = (ChannelRows.Of(images), ChannelRows.Flat(patches));
        Parallel.For(0, (int)batch * rows, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, line =>
        {
            var (image, top) = (line / rows, (line % rows * stride) - 1);
            var target = to.BFloats + ((long)line * columns * Kernel * Kernel * channels);
            for (var column = 0; column < columns; column++)
            {
                for (var y = top; y < top + Kernel; y++, target += Kernel * channels)
                {
                    // The inputs of one row of the kernel are contiguous in memory, except at the sides of the image.
                    var left = (column * stride) - 1;
                    var (first, end) = (Math.Max(left, 0), Math.Min(left + Kernel, width));
                    var row = new Span<ushort>(target, Kernel * channels);
                    if (y < 0 || y >= height)
                    {
                        row.Clear();
                        continue;
                    }

                    row[..((first - left) * channels)].Clear();
                    row[((end - left) * channels)..].Clear();
                    var source = from.BFloats + (((((long)image * height) + y) * width) + first) * channels;
                    new ReadOnlySpan<ushort>(source, (end - first) * channels)
                        .CopyTo(row[((first - left) * channels)..]);
                }
            }
        });
        return patches;
    }
}
