using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A binarised residual network in IR-Net's style: real 3×3 stem and bn (no activation), blocks, average pool, bn, real linear
/// layer, log-softmax (RECIPE, "CIFAR-10, ResNet-18").
/// </summary>
public sealed class IrResNet : BinaryNetwork
{
    private readonly List<IrBlock> _blocks = [];

    [ComponentName(Name = "stem")]
    private readonly RealConv2d _stem;

    [ComponentName(Name = "bn_stem")]
    private readonly BatchNorm2d _bnStem;

    [ComponentName(Name = "bn_out")]
    private readonly BatchNorm1d _bnOut;

    [ComponentName(Name = "linear")]
    private readonly Linear _linear;

    /// <param name="shape">The sizes.</param>
    /// <param name="domain">How τ and φ are found.</param>
    public IrResNet(IrShape shape, DomainKind domain)
        : base(nameof(IrResNet))
    {
        Shape = shape;
        var (size, channels) = (shape.ImageSize, shape.StageWidths[0]);
        _stem = new RealConv2d(3, channels, 3, 1);
        _bnStem = nn.BatchNorm2d(channels);
        register_module("stem", _stem);
        register_module("bn_stem", _bnStem);
        for (var stage = 0; stage < shape.StageWidths.Count; stage++)
        {
            for (var block = 0; block < shape.BlocksPerStage; block++)
            {
                var stride = stage > 0 && block == 0 ? 2 : 1;
                size /= stride;
                _blocks.Add(new IrBlock(channels, shape.StageWidths[stage], stride, size, domain));
                channels = shape.StageWidths[stage];
                register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
            }
        }

        var features = channels * (size / IrShape.Pool) * (size / IrShape.Pool);
        _bnOut = nn.BatchNorm1d(features);
        _linear = nn.Linear(features, shape.Classes);
        register_module("bn_out", _bnOut);
        register_module("linear", _linear);
        BinaryLayers = [.. _blocks.SelectMany(block => block.BinaryLayers)];
        RealLayers =
        [
            new RealLayerShape(3, shape.StageWidths[0], 3, 1, shape.ImageSize, shape.ImageSize),
            .. _blocks.SelectMany(block => block.RealLayers),
            RealLayerShape.Linear(features, shape.Classes),
        ];
    }

    /// <summary>The sizes.</summary>
    public IrShape Shape { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var stem = _stem.Convolve(input);
        var x = training && ChannelRows.CanHold(stem) ? BodyFused(stem) : Body(stem.to(input.dtype));
        x = nn.functional.avg_pool2d(x, IrShape.Pool).flatten(1);
        return _linear.forward(_bnOut.forward(x)).log_softmax(1);
    }

    private Tensor Body(Tensor stem)
    {
        var x = _bnStem.forward(stem);
        foreach (var block in _blocks) x = block.forward(x);
        return x;
    }

    private Tensor BodyFused(Tensor stem)
    {
        var (x, signs) = NormAdd.Apply(stem, _bnStem, null, clamps: false, BinaryLayers[0].Surrogate);
        foreach (var block in _blocks) (x, signs) = block.ForwardFused(x, signs);
        return x;
    }
}
