namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The sizes of a residual network. Each stage but the first halves the number of rows and columns in its first block.
/// </summary>
/// <param name="ImageSize">The number of rows and of columns of the images.</param>
/// <param name="StageWidths">The number of channels of each stage. The stem has as many as the first stage.</param>
/// <param name="BlocksPerStage">The number of blocks in each stage.</param>
/// <param name="Outputs">The number of outputs of the last layer.</param>
public sealed record NetworkShape(int ImageSize, IReadOnlyList<int> StageWidths, int BlocksPerStage, int Outputs)
{
    /// <summary>
    /// ResNet-18 for 32×32 images (Sec. 4.1): 8 blocks of two 3×3 convolutions, widths w, 2w, 4w, 8w.
    /// </summary>
    public static NetworkShape ResNet18(int width, int outputs) =>
        new(32, [width, 2 * width, 4 * width, 8 * width], 2, outputs);

    /// <summary>
    /// ReActNet-18 for 32×32 images (Sec. 4.2): 16 blocks of one 3×3 convolution, widths w, 2w, 4w, 8w.
    /// </summary>
    public static NetworkShape ReActNet18(int width, int outputs) =>
        new(32, [width, 2 * width, 4 * width, 8 * width], 4, outputs);

    /// <summary>
    /// Returns the sizes of the blocks, in forward order. The first block's input has the given number of rows and
    /// columns.
    /// </summary>
    public IEnumerable<BlockShape> Blocks(int size)
    {
        var channels = StageWidths[0];
        for (var stage = 0; stage < StageWidths.Count; stage++)
        {
            for (var block = 0; block < BlocksPerStage; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                size /= stride;
                yield return new BlockShape(channels, StageWidths[stage], stride, size);
                channels = StageWidths[stage];
            }
        }
    }
}

/// <summary>The sizes of a residual block.</summary>
/// <param name="InChannels">The number of input channels.</param>
/// <param name="OutChannels">The number of output channels.</param>
/// <param name="Stride">The stride of the first convolution, 1 or 2.</param>
/// <param name="OutputSize">The number of rows and of columns of the output.</param>
public sealed record BlockShape(int InChannels, int OutChannels, int Stride, int OutputSize)
{
    /// <summary>True when the shortcut cannot be the identity.</summary>
    public bool ChangesShape => Stride != 1 || InChannels != OutChannels;
}
