using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// A binarised residual network in IR-Net's style: real 3×3 stem and bn (no activation), blocks, average pool, bn, real
/// linear layer, log-softmax.
/// </summary>
public sealed class IrResNet : Network
{
    private const int Pool = 4; // Rows and columns of the final average pool's window.

    private readonly List<IrBlock> _blocks = [];

    [ComponentName(Name = "stem")]
    private readonly RealConv2d _stem;

    [ComponentName(Name = "bn_stem")]
    private readonly BatchNorm2d _bnStem;

    [ComponentName(Name = "bn_out")]
    private readonly BatchNorm1d _bnOut;

    [ComponentName(Name = "linear")]
    private readonly Linear _linear;

    private readonly double _atZero;

    /// <param name="shape">The network's sizes.</param>
    /// <param name="layer">Creates a binary layer.</param>
    /// <param name="recipe">
    /// The recipe. With <see cref="RecipeKind.Corrected"/>, sgn(0) = −1 for weights and activations.
    /// </param>
    public IrResNet(
        NetworkShape shape, Func<BinaryLayerShape, BinaryConv2d> layer, RecipeKind recipe = RecipeKind.Authors)
        : base(nameof(IrResNet))
    {
        _atZero = recipe == RecipeKind.Corrected ? -1 : 0;
        var (size, channels) = (shape.ImageSize, shape.StageWidths[0]);
        _stem = new RealConv2d(3, channels, 3, 1);
        _bnStem = nn.BatchNorm2d(channels);
        register_module("stem", _stem);
        register_module("bn_stem", _bnStem);
        foreach (var block in shape.Blocks(size))
        {
            _blocks.Add(new IrBlock(block, layer));
            register_module(string.Create(CultureInfo.InvariantCulture, $"block{_blocks.Count - 1}"), _blocks[^1]);
            (size, channels) = (block.OutputSize, block.OutChannels);
        }

        var features = channels * (size / Pool) * (size / Pool);
        _bnOut = nn.BatchNorm1d(features);
        _linear = nn.Linear(features, shape.Outputs);
        register_module("bn_out", _bnOut);
        register_module("linear", _linear);
        BinaryLayers = [.. _blocks.SelectMany(block => block.BinaryLayers)];
        RealLayers =
        [
            new RealLayerShape(3, shape.StageWidths[0], 3, 1, shape.ImageSize, shape.ImageSize),
            .. _blocks.SelectMany(block => block.RealLayers),
            RealLayerShape.Linear(features, shape.Outputs),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers { get; }

    /// <inheritdoc/>
    public override void SetEpoch(int epoch, int epochs) =>
        SetSurrogate(Schedules.SurrogateT(epoch, epochs), Schedules.SurrogateK(epoch, epochs));

    /// <summary>Sets the slope of sgn (<see cref="SignSurrogate"/>) in all binary layers.</summary>
    public void SetSurrogate(double t, double k)
    {
        foreach (var layer in BinaryLayers) layer.Surrogate = new SignSurrogate(t, k, _atZero);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var stem = _stem.Convolve(input);
        var x = training && ChannelRows.IsSupported(stem) ? BodyFused(stem) : Body(stem.to(input.dtype));
        x = nn.functional.avg_pool2d(x, Pool).flatten(1);
        return _linear.forward(_bnOut.Normalise(x)).log_softmax(1);
    }

    private Tensor Body(Tensor stem)
    {
        var x = _bnStem.Normalise(stem);
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
