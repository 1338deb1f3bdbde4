using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// The full-precision ResNet-18 or ResNet-34 in ImageNet's layout (the paper cites He et al.), with torchvision's
/// layers: <see cref="LargeStem"/>, <see cref="RealBlock"/>s, global average, linear layer; then log-softmax.
/// </summary>
public sealed class ImageNetResNet : Network
{
    private readonly LargeStem _stem;
    private readonly List<RealBlock> _blocks = [];
    private readonly Linear _linear;

    /// <param name="shape">The network's sizes.</param>
    public ImageNetResNet(NetworkShape shape)
        : base(nameof(ImageNetResNet))
    {
        _stem = new LargeStem(shape);
        register_module("stem", _stem);
        foreach (var block in shape.Blocks(_stem.OutputSize))
        {
            _blocks.Add(new RealBlock(block));
            register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
        }

        _linear = nn.Linear(shape.StageWidths[^1], shape.Outputs);
        register_module("linear", _linear);
        RealLayers =
        [
            _stem.RealLayer,
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
        var x = _stem.forward(input);
        foreach (var block in _blocks) x = block.forward(x);
        return _linear.forward(x.mean([2, 3])).log_softmax(1);
    }
}
