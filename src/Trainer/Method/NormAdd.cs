using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The end of a block in training mode: x = bn(y) + shortcut, clamped to ±1 if requested, together with sgn(x) for the
/// next block's first convolution. If y is bfloat16, sgn(x) and y's gradient are bfloat16, too, but x is float32.
/// </summary>
internal sealed class NormAdd : autograd.MultiTensorFunction<NormAdd>
{
    public override string Name => nameof(NormAdd);

    /// <summary>Returns x and sgn(x).</summary>
    public static (Tensor X, Tensor Signs) Apply(
        Tensor y, BatchNorm2d norm, Tensor? shortcut, bool clamps, SignSurrogate surrogate)
    {
        var outputs = ForwardScope.Run(() => apply(y, norm.weight!, norm.bias!, shortcut!, norm, clamps, surrogate));
        return (outputs[0], outputs[1]);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var y = ChannelRows.ToChannelsLast((Tensor)vars[0]);
        using var shortcut = vars[3] is Tensor given ? ChannelRows.ToChannelsLast(given) : null;
        var rows = ChannelRows.Of(y);
        var moments = BatchMoments.Compute((BatchNorm2d)vars[4], rows);
        var (x, signs) = (ChannelRows.EmptyLike(y, float32), ChannelRows.EmptyLike(y));
        ChannelLoop.Run(
            new NormAddKernel(
                rows, moments.Scale, moments.Offset, shortcut is null ? default : ChannelRows.Of(shortcut),
                (bool)vars[5],
                (float)((SignSurrogate)vars[6]).AtZero, ChannelRows.Of(x), ChannelRows.Of(signs)),
            rows.Count, rows.Channels);
        ctx.set_materialize_grads(false); // BackwardGuard; one output may also be unused.
        ctx.save_for_backward([y, x]);
        ctx.save_data(nameof(BatchMoments), moments);
        ctx.save_data(nameof(SignSurrogate), vars[6]);
        ctx.save_data(nameof(shortcut), shortcut is not null);
        ctx.save_data("clamps", vars[5]);
        return [x, signs];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
        BackwardGuard.Gradients(7, grad_outputs, () => Gradients(ctx, grad_outputs));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        using var y = saved[0];
        using var x = saved[1];
        using var xGradient = Defined(grad_outputs[0]);
        using var signsGradient = Defined(grad_outputs[1]);
        var moments = (BatchMoments)ctx.get_data(nameof(BatchMoments));
        var (t, k, _, _) = (SignSurrogate)ctx.get_data(nameof(SignSurrogate));
        var rows = ChannelRows.Of(y);
        var hasShortcut = (bool)ctx.get_data("shortcut");
        var sumGradient = ChannelRows.EmptyLike(y, hasShortcut ? float32 : y.dtype);
        var g = ChannelRows.Of(sumGradient);
        var sums = ChannelLoop.Sum(
            new NormAddGradientKernel(
                rows, moments.Mean, moments.Inverse, ChannelRows.Of(x),
                xGradient is null ? default : ChannelRows.Of(xGradient),
                signsGradient is null ? default : ChannelRows.Of(signsGradient), (bool)ctx.get_data("clamps"), (float)t,
                (float)k, g),
            rows.Count, rows.Channels, 2);
        // The sum's gradient is also the shortcut's gradient. Without a shortcut, y's gradient may overwrite it.
        var yGradient = hasShortcut ? ChannelRows.EmptyLike(y) : sumGradient;
        moments.InputGradient(rows, g, sums[0], sums[1], ChannelRows.Of(yGradient));
        return
        [
            yGradient, ChannelRows.Vector(sums[1]), ChannelRows.Vector(sums[0]), hasShortcut ? sumGradient : null!,
                null!, null!, null!,
        ];
    }

    private static Tensor? Defined(Tensor? gradient) =>
        gradient is null || gradient.IsInvalid ? null : ChannelRows.ToChannelsLast(gradient);
}
