using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet-18 as the authors train it on CIFAR-100: real 3×3 stem, bn, 3×3 max-pool with stride 2, blocks with one
/// binary convolution, global average, real linear layer, log-softmax. As in ReActNet, the binary layers' real weights
/// start in (0, 0.001), so all binary weights start as ones. The paper does not describe that as an error, so both
/// recipes keep it.
/// </summary>
public sealed class ReActNet : Network
{
    private readonly List<ReActBlock> _blocks = [];
    private readonly RealConv2d _stem;
    private readonly BatchNorm2d _bnStem;
    private readonly Linear _linear;

    /// <param name="shape">The network's sizes.</param>
    /// <param name="layer">Creates a binary layer.</param>
    /// <param name="recipe">
    /// The recipe. With <see cref="RecipeKind.Corrected"/>, sgn(0) = −1 for the activations, too.
    /// </param>
    public ReActNet(
        NetworkShape shape, Func<BinaryLayerShape, BinaryConv2d> layer, RecipeKind recipe = RecipeKind.Authors)
        : base(nameof(ReActNet))
    {
        var (channels, features) = (shape.StageWidths[0], shape.StageWidths[^1]);
        _stem = new RealConv2d(3, channels, 3, 1);
        _bnStem = nn.BatchNorm2d(channels);
        register_module("stem", _stem);
        register_module("bn_stem", _bnStem);
        foreach (var block in shape.Blocks((shape.ImageSize + 1) / 2)) // The pool halves the size, rounded up.
        {
            _blocks.Add(new ReActBlock(block, layer, recipe));
            register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
        }

        _linear = nn.Linear(features, shape.Outputs);
        register_module("linear", _linear);
        BinaryLayers = [.. _blocks.Select(block => block.BinaryLayer)];
        RealLayers =
        [
            new RealLayerShape(3, channels, 3, 1, shape.ImageSize, shape.ImageSize),
            .. _blocks.SelectMany(block => block.RealLayers),
            RealLayerShape.Linear(features, shape.Outputs),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var stem = _stem.Convolve(input);
        var x = training && ChannelRows.IsSupported(stem) ? BodyFused(stem) : Body(stem.to(input.dtype));
        return _linear.forward(x.mean([2, 3])).log_softmax(1);
    }

    /// <inheritdoc/>
    internal override (double Low, double High) BinaryWeightRange(BinaryConv2d layer) => (0, 0.001);

    private Tensor Body(Tensor stem)
    {
        var normalised = _bnStem.Normalise(stem);
        var x = training ? PlainMaxPool.Apply(normalised) : nn.functional.max_pool2d(normalised, 3, 2, 1);
        foreach (var block in _blocks) x = block.forward(x);
        return x;
    }

    private Tensor BodyFused(Tensor stem)
    {
        var x = MaxPool.Apply(NormAlone.Apply(stem, _bnStem));
        Tensor? signs = _blocks[0].SignsOf(x);
        for (var i = 0; i < _blocks.Count; i++)
            (x, signs) = _blocks[i].ForwardFused(x, signs!, _blocks.ElementAtOrDefault(i + 1));
        return x;
    }
}
