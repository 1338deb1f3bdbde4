using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// The sizes of a network that consists of a stem, stages of blocks, and a linear layer. Each stage but the first
/// halves the number of rows and columns in its first block.
/// </summary>
/// <param name="ImageSize">The number of rows and of columns of the images.</param>
/// <param name="StageWidths">The number of channels of each stage.</param>
/// <param name="BlocksPerStage">The number of blocks in each stage.</param>
/// <param name="Outputs">The number of outputs of the last layer.</param>
public sealed record NetworkShape(
    int ImageSize, IReadOnlyList<int> StageWidths, IReadOnlyList<int> BlocksPerStage, int Outputs)
{
    /// <summary>
    /// The number of outputs of ReActNet-18's last layer in the authors' code for CIFAR-100, which keeps ImageNet's
    /// 1000 classes by accident.
    /// </summary>
    public const int AuthorsOutputs = 1000;

    private const int SmallImage = 32;

    /// <summary>The number of channels of the stem: as many as the first stage has, unless set.</summary>
    public int StemWidth { get; init; } = StageWidths[0];

    /// <summary>The sizes of the network that a trial trains.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="classes">The number of classes of the trial's images.</param>
    public static NetworkShape Of(TrialSpec trial, int classes)
    {
        var (w, size) = (trial.Width, trial.Model.IsForImageNet() ? trial.ImageSize : SmallImage);
        IReadOnlyList<int> four = [w, 2 * w, 4 * w, 8 * w];
        return trial.Model switch
        {
            ModelKind.ResNet18 or ModelKind.ResNet18ImageNet or ModelKind.XnorResNet18 =>
                new(size, four, [2, 2, 2, 2], classes),
            ModelKind.ReActNet18 => new(
                size, four, [4, 4, 4, 4], trial.Recipe == RecipeKind.Authors ? AuthorsOutputs : classes),
            ModelKind.ReActNet18ImageNet or ModelKind.BiRealNet18 => new(size, four, [4, 4, 4, 4], classes),
            ModelKind.ResNet34ImageNet => new(size, four, [3, 4, 6, 3], classes),
            ModelKind.MobileNetV1 or ModelKind.ReActNetA =>
                new(size, [.. four, 16 * w], [1, 2, 2, 6, 2], classes) { StemWidth = w / 2 },
            _ => throw new ArgumentOutOfRangeException(
                nameof(trial), trial.Model, "no layer sizes are defined for this model"),
        };
    }

    /// <summary>
    /// Returns the sizes of the blocks, in forward order. The first block's input has the given number of rows and
    /// columns.
    /// </summary>
    public IEnumerable<BlockShape> Blocks(int size)
    {
        var channels = StemWidth;
        for (var stage = 0; stage < StageWidths.Count; stage++)
        {
            for (var block = 0; block < BlocksPerStage[stage]; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                size /= stride;
                yield return new BlockShape(channels, StageWidths[stage], stride, size);
                channels = StageWidths[stage];
            }
        }
    }
}

/// <summary>The sizes of a block.</summary>
/// <param name="InChannels">The number of input channels.</param>
/// <param name="OutChannels">The number of output channels.</param>
/// <param name="Stride">The stride of the first convolution, 1 or 2.</param>
/// <param name="OutputSize">The number of rows and of columns of the output.</param>
public sealed record BlockShape(int InChannels, int OutChannels, int Stride, int OutputSize)
{
    /// <summary>True when a shortcut cannot be the identity.</summary>
    public bool ChangesShape => Stride != 1 || InChannels != OutChannels;
}
