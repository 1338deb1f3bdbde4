using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// The paper's networks by their sizes alone, so that what they cost is known without building them. Stages of a residual network have
/// w, 2w, 4w and 8w channels; each but the first halves rows and columns.
/// </summary>
public static class Architectures
{
    private const int Stages = 4;

    private static readonly (int Out, int Stride)[] BlocksOfReActNetA =
        [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), .. Enumerable.Repeat((512, 1), 5), (1024, 2), (1024, 1)];

    /// <summary>Outputs of ReActNet-18's head, which the authors leave at ImageNet's size: an accident.</summary>
    public const int AuthorsOutputs = 1000;

    /// <summary>The network that a trial trains.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="classes">Classes of its images.</param>
    public static Architecture Of(TrialSpec trial, int classes)
    {
        var perLayer = trial.Method.PatternBits() is { } bits ? KernelStatistics.KernelWeights << bits
            : trial is { Method: MethodKind.Sbnn, Domain: DomainKind.Learned } ? 2 : 0;
        return (trial.Model, trial.Method) switch
        {
            (ModelKind.ResNet18, MethodKind.FullPrecision) => RealResNet18(trial.Width, classes),
            (ModelKind.ResNet18, _) => ResNet18(trial.Width, classes, perLayer),
            (ModelKind.ReActNet18, _) => ReActNet18(trial.Width, trial.Recipe == RecipeKind.Authors ? AuthorsOutputs : classes, perLayer: perLayer),
            _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Model, "the layers of this model are not listed"),
        };
    }

    /// <summary>
    /// Binarised ResNet-18 in IR-Net's style for 32×32 images (Sec. 4.1): 16 binary 3×3 convolutions; stem, 1×1 shortcuts and linear layer
    /// are real.
    /// </summary>
    /// <param name="width">w: channels of the stem, 64 in the paper.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="perLayer">Further trained parameters of each binary layer: τ and φ.</param>
    public static Architecture ResNet18(int width, int classes, int perLayer = 2)
    {
        var layers = new Layers();
        layers.Convolution(3, width, 3, 1, 32);
        layers.Norm(width);
        foreach (var block in Blocks(width, perStage: 2, size: 32))
        {
            layers.Binary(block.In, block.Out, 3, block.Stride, block.Size);
            layers.Norm(block.Out);
            layers.Binary(block.Out, block.Out, 3, 1, block.Size);
            layers.Norm(block.Out);
            if (block.ChangesShape) layers.Projection(block, block.Stride);
        }

        layers.Norm(8 * width);
        layers.Linear(8 * width, classes);
        return layers.Build(perLayer);
    }

    /// <summary>The same network in full precision, or ResNet-18 for larger images (7×7 stem of stride 2, max-pool).</summary>
    /// <param name="width">w: 64 in the paper.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="imageSize">Rows and columns of an image: 32 for CIFAR, 224 for ImageNet.</param>
    public static Architecture RealResNet18(int width, int classes, int imageSize = 32)
    {
        var layers = new Layers();
        var size = Stem(layers, width, imageSize, isPooled: imageSize > 32);
        foreach (var block in Blocks(width, perStage: 2, size))
        {
            layers.Convolution(block.In, block.Out, 3, block.Stride, block.Size);
            layers.Norm(block.Out);
            layers.Convolution(block.Out, block.Out, 3, 1, block.Size);
            layers.Norm(block.Out);
            if (block.ChangesShape) layers.Projection(block, block.Stride);
        }

        layers.Linear(8 * width, classes);
        return layers.Build(perLayer: 0);
    }

    /// <summary>
    /// ReActNet-18 (Sec. 4.2, Table 3; Table 4 quotes it for ImageNet): 16 blocks of one binary 3×3 convolution behind a max-pool, so that
    /// 32×32 images have maps of 16, 8, 4 and 2. (Erratum 9: the "FLOPs" of Table 4's row are this network's OPs.)
    /// </summary>
    /// <param name="width">w: 64 in the paper.</param>
    /// <param name="outputs">Outputs of the linear layer; the authors' code has 1000 for CIFAR-100.</param>
    /// <param name="imageSize">Rows and columns of an image: 32 for CIFAR, 224 for ImageNet.</param>
    /// <param name="perLayer">Further trained parameters of each binary layer: τ and φ, none, or Subbit's patterns.</param>
    public static Architecture ReActNet18(int width, int outputs, int imageSize = 32, int perLayer = 2)
    {
        var layers = new Layers();
        var size = Stem(layers, width, imageSize, isPooled: true);
        foreach (var block in Blocks(width, perStage: 4, size))
        {
            layers.RSign(block.In);
            layers.Binary(block.In, block.Out, 3, block.Stride, block.Size);
            layers.Norm(block.Out);
            if (block.ChangesShape) layers.Projection(block, stride: 1); // Behind a 2×2 average pool.
            layers.RPReLU(block.Out);
        }

        layers.Linear(8 * width, outputs);
        return layers.Build(perLayer);
    }

    /// <summary>
    /// ReActNet-A for 224×224 images (Sec. 4.2, Table 4): 13 blocks of a binary 3×3 and a binary 1×1 convolution; where the channels double, two
    /// 1×1 convolutions stand side by side. 31 binary layers.
    /// </summary>
    /// <param name="classes">Outputs.</param>
    /// <param name="perLayer">Further trained parameters of each binary layer: τ and φ.</param>
    public static Architecture ReActNetA(int classes, int perLayer = 2)
    {
        var layers = new Layers();
        var (size, channels) = (112, 32);
        layers.Convolution(3, channels, 3, 2, size);
        layers.Norm(channels);
        foreach (var (to, stride) in BlocksOfReActNetA)
        {
            size /= stride;
            layers.RSign(channels);
            layers.Binary(channels, channels, 3, stride, size);
            layers.Norm(channels);
            layers.RPReLU(channels);
            layers.RSign(channels);
            for (var half = 0; half < to / channels; half++)
            {
                layers.Binary(channels, channels, 1, 1, size);
                layers.Norm(channels);
            }

            layers.RPReLU(to);
            channels = to;
        }

        layers.Linear(channels, classes);
        return layers.Build(perLayer);
    }

    private static int Stem(Layers layers, int width, int imageSize, bool isPooled)
    {
        var (kernel, stride) = imageSize > 32 ? (7, 2) : (3, 1);
        layers.Convolution(3, width, kernel, stride, imageSize / stride);
        layers.Norm(width);
        return imageSize / stride / (isPooled ? 2 : 1);
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
        private long _others; // Trained parameters that are no layer's weights.

        public void Binary(int from, int to, int kernel, int stride, int size) => _binary.Add(new BinaryLayerShape(from, to, kernel, stride, size, size));

        public void Convolution(int from, int to, int kernel, int stride, int size) => _real.Add(new RealLayerShape(from, to, kernel, stride, size, size));

        public void Projection(Block block, int stride)
        {
            Convolution(block.In, block.Out, 1, stride, block.Size);
            Norm(block.Out);
        }

        public void Linear(int from, int to)
        {
            _real.Add(RealLayerShape.Linear(from, to));
            _others += to;
        }

        public void Norm(int channels) => _others += 2 * channels;

        public void RSign(int channels) => _others += channels;

        public void RPReLU(int channels) => _others += 3 * channels;

        public Architecture Build(int perLayer) => new(
            _binary, _real, _binary.Sum(layer => layer.Weights + perLayer) + _real.Sum(layer => layer.Weights) + _others);
    }
}
