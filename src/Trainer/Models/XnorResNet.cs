using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// XNOR-Net's ResNet-18 in ImageNet's layout (Table 4): <see cref="LargeStem"/>, <see cref="XnorBlock"/>s, global
/// average, real linear layer, log-softmax. Stem, shortcuts and linear layer are real.
/// </summary>
public sealed class XnorResNet : Network
{
    private readonly LargeStem _stem;
    private readonly List<XnorBlock> _blocks = [];
    private readonly Linear _linear;

    /// <param name="shape">The network's sizes.</param>
    /// <param name="atZero">sgn(0) of weights and activations: 0 or −1.</param>
    public XnorResNet(NetworkShape shape, double atZero)
        : base(nameof(XnorResNet))
    {
        _stem = new LargeStem(shape);
        register_module("stem", _stem);
        foreach (var block in shape.Blocks(_stem.OutputSize))
        {
            _blocks.Add(new XnorBlock(block, atZero));
            register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
        }

        _linear = nn.Linear(shape.StageWidths[^1], shape.Outputs);
        register_module("linear", _linear);
        BinaryLayers = [.. _blocks.SelectMany(block => block.BinaryLayers)];
        RealLayers =
        [
            _stem.RealLayer,
            .. _blocks.SelectMany(block => block.RealLayers),
            RealLayerShape.Linear(shape.StageWidths[^1], shape.Outputs),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <summary>Infinite: the weights are clamped before a step instead (<see cref="XnorConv2d"/>).</summary>
    public override double WeightBound => double.PositiveInfinity;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = _stem.forward(input);
        foreach (var block in _blocks) x = block.forward(x);
        return _linear.forward(x.mean([2, 3])).log_softmax(1);
    }
}
