using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet-18, ReActNet-A and Bi-Real-Net-18: real stem without an activation, binary blocks, global average, real
/// linear layer, log-softmax. As in ReActNet, the binary layers' real weights start in (0, 0.001), so all binary
/// weights start as ones. The paper does not describe that as an error, so both recipes keep it.
/// </summary>
public sealed class ReActNet : Network
{
    private readonly List<BinaryBlock> _blocks = [];
    private readonly bool _hasMaxPool;
    private readonly RealConv2d _stem;
    private readonly BatchNorm2d _bnStem;
    private readonly Linear _linear;

    /// <param name="shape">The network's sizes.</param>
    /// <param name="stem">The stem.</param>
    /// <param name="block">Creates a block.</param>
    /// <param name="weightBound">
    /// The bound of the binary layers' real weights. The authors' code for ImageNet has none.
    /// </param>
    public ReActNet(
        NetworkShape shape, StemShape stem, Func<BlockShape, BinaryBlock> block,
        double weightBound = BinaryConv2d.Bound)
        : base(nameof(ReActNet))
    {
        WeightBound = weightBound;
        var (channels, features) = (shape.StemWidth, shape.StageWidths[^1]);
        var size = shape.ImageSize / stem.Stride;
        _hasMaxPool = stem.HasMaxPool;
        _stem = new RealConv2d(3, channels, stem.Kernel, stem.Stride);
        _bnStem = nn.BatchNorm2d(channels);
        register_module("stem", _stem);
        register_module("bn_stem", _bnStem);
        foreach (var sizes in shape.Blocks(_hasMaxPool ? (size + 1) / 2 : size)) // The pool's size is rounded up.
        {
            _blocks.Add(block(sizes));
            register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
        }

        _linear = nn.Linear(features, shape.Outputs);
        register_module("linear", _linear);
        BinaryLayers = [.. _blocks.SelectMany(one => one.BinaryLayers)];
        RealLayers =
        [
            new RealLayerShape(3, channels, stem.Kernel, stem.Stride, size, size),
            .. _blocks.SelectMany(one => one.RealLayers),
            RealLayerShape.Linear(features, shape.Outputs),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <inheritdoc/>
    public override double WeightBound { get; }

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
        var x = _bnStem.Normalise(stem);
        if (_hasMaxPool) x = training ? PlainMaxPool.Apply(x) : nn.functional.max_pool2d(x, 3, 2, 1);
        foreach (var block in _blocks) x = block.forward(x);
        return x;
    }

    private Tensor BodyFused(Tensor stem)
    {
        var x = NormAlone.Apply(stem, _bnStem);
        if (_hasMaxPool) x = MaxPool.Apply(x);
        Tensor? signs = _blocks[0].SignsOf(x);
        for (var i = 0; i < _blocks.Count; i++)
            (x, signs) = _blocks[i].ForwardFused(x, signs!, _blocks.ElementAtOrDefault(i + 1)?.Sign);
        return x;
    }
}
