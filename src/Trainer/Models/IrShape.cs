namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>The sizes of a network of <see cref="IrBlock"/>s. Each stage but the first halves rows and columns.</summary>
/// <param name="ImageSize">Rows and columns of the images.</param>
/// <param name="StageWidths">Channels of each stage; the stem has those of the first.</param>
/// <param name="BlocksPerStage">Blocks in each stage.</param>
/// <param name="Classes">Outputs.</param>
public sealed record IrShape(int ImageSize, IReadOnlyList<int> StageWidths, int BlocksPerStage, int Classes)
{
    /// <summary>Rows and columns that the final average pool takes together.</summary>
    public const int Pool = 4;

    /// <summary>ResNet-18 for 32×32 images (Sec. 4.1): 8 blocks, 16 binary layers, widths w, 2w, 4w, 8w.</summary>
    public static IrShape ResNet18(int width, int classes) => new(32, [width, 2 * width, 4 * width, 8 * width], 2, classes);
}
