using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>
/// ReActNet-A's block: RSign – binary 3×3 conv – bn – + x – RPReLU, then RSign – binary 1×1 conv – bn – + its own input
/// – RPReLU. A stride of 2 averages x over 2×2 pixels for the first sum. To double the number of channels, two 1×1
/// convolutions of the same signs are concatenated, and the second sum adds its input to both halves. One bn over both
/// halves equals the authors' two, because bn treats each channel alone.
/// </summary>
public sealed class ReActABlock : BinaryBlock
{
    [ComponentName(Name = "move11")]
    private readonly RSign _sign1;

    [ComponentName(Name = "binary_3x3")]
    private readonly BinaryConv2d _conv;

    [ComponentName(Name = "bn1")]
    private readonly BatchNorm2d _bn1;

    [ComponentName(Name = "rprelu1")]
    private readonly RPReLU _activation1;

    [ComponentName(Name = "move21")]
    private readonly RSign _sign2;

    [ComponentName(Name = "binary_pw")]
    private readonly BinaryConv2d? _pointwise;

    [ComponentName(Name = "binary_pw_down1")]
    private readonly BinaryConv2d? _firstHalf;

    [ComponentName(Name = "binary_pw_down2")]
    private readonly BinaryConv2d? _secondHalf;

    [ComponentName(Name = "bn2")]
    private readonly BatchNorm2d _bn2;

    [ComponentName(Name = "rprelu2")]
    private readonly RPReLU _activation2;

    private readonly int _stride;

    /// <param name="shape">The block's sizes. It has as many output as input channels, or twice as many.</param>
    /// <param name="layer">Creates a binary layer.</param>
    /// <param name="atZero">sgn(0) of the activations: 0 or −1.</param>
    public ReActABlock(BlockShape shape, Func<BinaryLayerShape, BinaryConv2d> layer, double atZero = 0)
        : base(nameof(ReActABlock))
    {
        var (inChannels, outChannels, stride, size) = shape;
        if (outChannels != inChannels) ArgumentOutOfRangeException.ThrowIfNotEqual(outChannels, 2 * inChannels);
        _stride = stride;
        _sign1 = new RSign(inChannels, atZero);
        _conv = layer(new BinaryLayerShape(inChannels, inChannels, 3, stride, size, size));
        _bn1 = nn.BatchNorm2d(inChannels);
        _activation1 = new RPReLU(inChannels);
        _sign2 = new RSign(inChannels, atZero);
        var pointwise = new BinaryLayerShape(inChannels, inChannels, 1, 1, size, size);
        if (outChannels == inChannels) _pointwise = layer(pointwise);
        else (_firstHalf, _secondHalf) = (layer(pointwise), layer(pointwise));
        _bn2 = nn.BatchNorm2d(outChannels);
        _activation2 = new RPReLU(outChannels);
        BinaryLayers = _pointwise is null ? [_conv, _firstHalf!, _secondHalf!] : [_conv, _pointwise];
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BinaryConv2d> BinaryLayers { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<RealLayerShape> RealLayers => [];

    /// <inheritdoc/>
    internal override RSign Sign => _sign1;

    private IEnumerable<BinaryConv2d> Pointwise => BinaryLayers.Skip(1);

    /// <inheritdoc/>
    internal override (Tensor X, Tensor? Signs) ForwardFused(Tensor x, Tensor signs, RSign? next)
    {
        var (inner, innerSigns) = _activation1.ForwardFused(_conv.Convolve(signs), _bn1, Pool(x), _sign2);
        var y = Concatenate(Pointwise.Select(layer => layer.Convolve(innerSigns!)));
        return _activation2.ForwardFused(y, _bn2, Repeat(inner), next);
    }

    private protected override Tensor ForwardPlain(Tensor x, Tensor signs)
    {
        var inner = _activation1.forward(_bn1.Normalise(_conv.forward(signs)).Plus_(Pool(x)));
        var innerSigns = _sign2.forward(inner);
        var y = Concatenate(Pointwise.Select(layer => layer.forward(innerSigns)));
        return _activation2.forward(_bn2.Normalise(y).Plus_(Repeat(inner)));
    }

    private Tensor Repeat(Tensor inner) => _pointwise is null ? cat([inner, inner], 1) : inner;

    private static Tensor Concatenate(IEnumerable<Tensor> halves) =>
        halves.ToList() is var all && all.Count > 1 ? cat(all, 1) : all[0];

    private Tensor Pool(Tensor input) => _stride == 1 ? input : nn.functional.avg_pool2d(input, 2, _stride);
}
