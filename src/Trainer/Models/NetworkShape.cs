namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The sizes of a residual network. In its first block, each stage but the first halves rows and columns.
/// </summary>
/// <param name="ImageSize">Rows and columns of the images.</param>
/// <param name="StageWidths">Channels of each stage; the stem has as many as the first.</param>
/// <param name="BlocksPerStage">Blocks in each stage.</param>
/// <param name="Outputs">Outputs of the last layer.</param>
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
    /// The blocks, in forward order, when the first block's input has the given number of rows and columns.
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
/// <param name="InChannels">Channels in.</param>
/// <param name="OutChannels">Channels out.</param>
/// <param name="Stride">Stride of the first convolution, 1 or 2.</param>
/// <param name="OutputSize">Rows and columns of the output.</param>
public sealed record BlockShape(int InChannels, int OutChannels, int Stride, int OutputSize)
{
    /// <summary>True when the shortcut cannot be the identity.</summary>
    public bool ChangesShape => Stride != 1 || InChannels != OutChannels;
}
