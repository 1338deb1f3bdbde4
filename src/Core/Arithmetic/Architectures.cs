using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// The layer sizes of all networks, so that the cost of a network is known without building it.
/// </summary>
public static class Architectures
{
    /// <summary>
    /// The number of ImageNet's classes. Counts of networks in ImageNet's layout assume it until the classes of the
    /// images are known.
    /// </summary>
    public const int ImageNetClasses = 1000;

    /// <summary>
    /// The names of the hyperparameters that determine the operations of a network, except for the savings of sparse
    /// weights.
    /// </summary>
    public static IReadOnlyList<string> Settings { get; } = ["model", "width", "image-size", "method"];

    /// <summary>The layers of the network that a trial trains.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="classes">The number of classes of the trial's images.</param>
    public static Architecture Of(TrialSpec trial, int classes)
    {
        var shape = NetworkShape.Of(trial, classes);
        var layers = new Layers();
        // The number of rows of the first block's input.
        var size = trial.Model switch
        {
            ModelKind.ResNet18 => layers.Stem(shape, kernel: 3, stride: 1),
            ModelKind.ReActNet18 => layers.Stem(shape, kernel: 3, stride: 1) / 2, // by a max-pool
            ModelKind.ReActNetA or ModelKind.MobileNetV1 => layers.Stem(shape, kernel: 3, stride: 2),
            _ => layers.Stem(shape, kernel: 7, stride: 2) / 2, // by a max-pool
        };
        foreach (var block in shape.Blocks(size))
        {
            switch (trial.Model)
            {
                case ModelKind.MobileNetV1: layers.Separable(block); break;
                case ModelKind.ReActNetA: layers.BinaryPair(block); break;
                case ModelKind.ReActNet18 or ModelKind.ReActNet18ImageNet or ModelKind.BiRealNet18:
                    layers.BinarySingle(block); break;
                case ModelKind.ResNet18 when trial.Method != MethodKind.FullPrecision:
                case ModelKind.XnorResNet18:
                    layers.BinaryBasic(block); break;
                default: layers.Basic(block); break;
            }
        }

        return layers.End(shape);
    }

    private sealed class Layers
    {
        private readonly List<BinaryLayerShape> _binary = [];
        private readonly List<RealLayerShape> _real = [];

        // Returns the number of rows of the output.
        public int Stem(NetworkShape shape, int kernel, int stride)
        {
            var size = shape.ImageSize / stride;
            Real(3, shape.StemWidth, kernel, stride, size);
            return size;
        }

        // ResNet's basic block.
        public void Basic(BlockShape block)
        {
            Real(block.InChannels, block.OutChannels, 3, block.Stride, block.OutputSize);
            Real(block.OutChannels, block.OutChannels, 3, 1, block.OutputSize);
            Projection(block, block.Stride);
        }

        // ResNet's basic block with two binary convolutions.
        public void BinaryBasic(BlockShape block)
        {
            Binary(block.InChannels, block.OutChannels, 3, block.Stride, block.OutputSize);
            Binary(block.OutChannels, block.OutChannels, 3, 1, block.OutputSize);
            Projection(block, block.Stride);
        }

        // A block of one binary convolution. An average pool in its shortcut halves the size before the projection.
        public void BinarySingle(BlockShape block)
        {
            Binary(block.InChannels, block.OutChannels, 3, block.Stride, block.OutputSize);
            Projection(block, stride: 1);
        }

        // ReActNet-A's block: a 3×3 convolution, then one 1×1 convolution, or two to double the number of channels.
        public void BinaryPair(BlockShape block)
        {
            Binary(block.InChannels, block.InChannels, 3, block.Stride, block.OutputSize);
            for (var half = 0; half < block.OutChannels / block.InChannels; half++)
                Binary(block.InChannels, block.InChannels, 1, 1, block.OutputSize);
        }

        // MobileNetV1's block: a depthwise 3×3 convolution, then a 1×1 convolution.
        public void Separable(BlockShape block)
        {
            var (channels, size) = (block.InChannels, block.OutputSize);
            _real.Add(new RealLayerShape(channels, channels, 3, block.Stride, size, size, Groups: channels));
            Real(channels, block.OutChannels, 1, 1, size);
        }

        public Architecture End(NetworkShape shape)
        {
            _real.Add(RealLayerShape.Linear(shape.StageWidths[^1], shape.Outputs));
            return new(_binary, _real);
        }

        private void Projection(BlockShape block, int stride)
        {
            if (block.ChangesShape) Real(block.InChannels, block.OutChannels, 1, stride, block.OutputSize);
        }

        private void Binary(int from, int to, int kernel, int stride, int size) =>
            _binary.Add(new BinaryLayerShape(from, to, kernel, stride, size, size));

        private void Real(int from, int to, int kernel, int stride, int size) =>
            _real.Add(new RealLayerShape(from, to, kernel, stride, size, size));
    }
}
