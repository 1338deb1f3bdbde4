using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The full-precision MobileNetV1 (Table 4; Howard et al.): 3×3 stem with stride 2, bn, ReLU, 13 <see
/// cref="SeparableBlock"/>s, global average, linear layer, log-softmax.
/// </summary>
public sealed class MobileNetV1 : Network
{
    private readonly RealConv2d _stem;
    private readonly BatchNorm2d _bnStem;
    private readonly List<SeparableBlock> _blocks = [];
    private readonly Linear _linear;

    /// <param name="shape">The network's sizes.</param>
    public MobileNetV1(NetworkShape shape)
        : base(nameof(MobileNetV1))
    {
        var size = shape.ImageSize / 2;
        _stem = new RealConv2d(3, shape.StemWidth, 3, 2);
        _bnStem = nn.BatchNorm2d(shape.StemWidth);
        register_module("stem", _stem);
        register_module("bn_stem", _bnStem);
        foreach (var block in shape.Blocks(size))
        {
            _blocks.Add(new SeparableBlock(block));
            register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
        }

        _linear = nn.Linear(shape.StageWidths[^1], shape.Outputs);
        register_module("linear", _linear);
        RealLayers =
        [
            new RealLayerShape(3, shape.StemWidth, 3, 2, size, size),
            .. _blocks.SelectMany(block => block.RealLayers),
            RealLayerShape.Linear(shape.StageWidths[^1], shape.Outputs),
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
        return _linear.forward(x.mean([2, 3])).log_softmax(1);
    }
}
