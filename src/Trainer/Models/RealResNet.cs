using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The full-precision residual network for small images, used as a reference: the usual ResNet (the paper cites He et
/// al.) with a 3×3 stem, ReLU, 4×4 average pool and linear layer. It differs from the binary network with real weights,
/// for example in its activations, and has no binary layers.
/// </summary>
public sealed class RealResNet : Network
{
    private const int Pool = 4;

    private readonly List<RealBlock> _blocks = [];
    private readonly RealConv2d _stem;
    private readonly BatchNorm2d _bnStem;
    private readonly Linear _linear;

    /// <param name="shape">The network's sizes.</param>
    public RealResNet(NetworkShape shape)
        : base(nameof(RealResNet))
    {
        var (channels, size) = (shape.StageWidths[0], shape.ImageSize);
        _stem = new RealConv2d(3, channels, 3, 1);
        _bnStem = nn.BatchNorm2d(channels);
        register_module("stem", _stem);
        register_module("bn_stem", _bnStem);
        foreach (var block in shape.Blocks(size))
        {
            _blocks.Add(new RealBlock(block));
            register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
            size = block.OutputSize;
        }

        var features = shape.StageWidths[^1] * (size / Pool) * (size / Pool);
        _linear = nn.Linear(features, shape.Outputs);
        register_module("linear", _linear);
        RealLayers =
        [
            new RealLayerShape(3, channels, 3, 1, shape.ImageSize, shape.ImageSize),
            .. _blocks.SelectMany(block => block.RealLayers),
            RealLayerShape.Linear(features, shape.Outputs),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers { get; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _bnStem.Normalise(_stem.forward(input)).relu_();
        foreach (var block in _blocks) x = block.forward(x);
        return _linear.forward(nn.functional.avg_pool2d(x, Pool).flatten(1)).log_softmax(1);
    }
}
