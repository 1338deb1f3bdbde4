using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// The layer sizes of the networks for 32×32 images, so that the cost of a network is known without building it. The
/// four stages have w, 2w, 4w and 8w channels; each stage but the first halves the number of rows and columns.
/// </summary>
public static class Architectures
{
    private const int Stages = 4;
    private const int ImageSize = 32;

    /// <summary>
    /// The number of outputs of ReActNet-18's last layer in the authors' code, which keeps ImageNet's 1000 classes by
    /// accident.
    /// </summary>
    public const int AuthorsOutputs = 1000;

    /// <summary>The layers of the network that a trial trains.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="classes">The number of classes of the trial's images.</param>
    public static Architecture Of(TrialSpec trial, int classes) => (trial.Model, trial.Method) switch
    {
        (ModelKind.ResNet18, MethodKind.FullPrecision) => RealResNet18(trial.Width, classes),
        (ModelKind.ResNet18, _) => ResNet18(trial.Width, classes),
        (ModelKind.ReActNet18, _) =>
            ReActNet18(trial.Width, trial.Recipe == RecipeKind.Authors ? AuthorsOutputs : classes),
        _ => throw new ArgumentOutOfRangeException(
            nameof(trial), trial.Model, "no layer sizes are defined for this model"),
    };

    // Binarised ResNet-18 in IR-Net's style (Sec. 4.1): 16 binary 3×3 convolutions; all other layers are real.
    private static Architecture ResNet18(int width, int classes)
    {
        var layers = new Layers();
        layers.Convolution(3, width, 3, 1, ImageSize);
        foreach (var block in Blocks(width, perStage: 2, ImageSize))
        {
            layers.Binary(block.In, block.Out, block.Stride, block.Size);
            layers.Binary(block.Out, block.Out, 1, block.Size);
            if (block.ChangesShape) layers.Projection(block, block.Stride);
        }

        layers.Linear(8 * width, classes);
        return layers.Build();
    }

    // ResNet-18 in full precision: the same layer sizes, without binary layers.
    private static Architecture RealResNet18(int width, int classes)
    {
        var layers = new Layers();
        layers.Convolution(3, width, 3, 1, ImageSize);
        foreach (var block in Blocks(width, perStage: 2, ImageSize))
        {
            layers.Convolution(block.In, block.Out, 3, block.Stride, block.Size);
            layers.Convolution(block.Out, block.Out, 3, 1, block.Size);
            if (block.ChangesShape) layers.Projection(block, block.Stride);
        }

        layers.Linear(8 * width, classes);
        return layers.Build();
    }

    // ReActNet-18 (Sec. 4.2, Table 3): a max-pool, then 16 blocks of one binary 3×3 convolution. The feature maps of
    // the four stages have 16, 8, 4 and 2 rows.
    private static Architecture ReActNet18(int width, int outputs)
    {
        var layers = new Layers();
        layers.Convolution(3, width, 3, 1, ImageSize);
        foreach (var block in Blocks(width, perStage: 4, ImageSize / 2))
        {
            layers.Binary(block.In, block.Out, block.Stride, block.Size);
            // The stride is 1, because the shortcut's 2×2 average pool has already halved the size.
            if (block.ChangesShape) layers.Projection(block, stride: 1);
        }

        layers.Linear(8 * width, outputs);
        return layers.Build();
    }

    private static IEnumerable<Block> Blocks(int width, int perStage, int size)
    {
        var channels = width;
        for (var i = 0; i < Stages * perStage; i++)
        {
            var to = width << (i / perStage);
            var stride = to == channels ? 1 : 2;
            size /= stride;
            yield return new Block(channels, to, stride, size);
            channels = to;
        }
    }

    private readonly record struct Block(int In, int Out, int Stride, int Size)
    {
        public bool ChangesShape => In != Out;
    }

    private sealed class Layers
    {
        private readonly List<BinaryLayerShape> _binary = [];
        private readonly List<RealLayerShape> _real = [];

        public void Binary(int from, int to, int stride, int size) =>
            _binary.Add(new BinaryLayerShape(from, to, 3, stride, size, size));

        public void Convolution(int from, int to, int kernel, int stride, int size) =>
            _real.Add(new RealLayerShape(from, to, kernel, stride, size, size));

        public void Projection(Block block, int stride) => Convolution(block.In, block.Out, 1, stride, block.Size);

        public void Linear(int from, int to) => _real.Add(RealLayerShape.Linear(from, to));

        public Architecture Build() => new(_binary, _real);
    }
}
