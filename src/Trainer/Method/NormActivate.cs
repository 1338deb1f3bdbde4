using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The end of a ReActNet block in training mode: x = prelu(bn(y) + shortcut + shiftIn) + shiftOut, together with sgn(x
/// + bias) for the next block's convolution, in two passes over memory forward and two backward. If y is bfloat16, the
/// signs and y's gradient are bfloat16, too, but x is float32. From the forward to the backward pass, y and prelu's
/// input are kept.
/// </summary>
internal sealed class NormActivate : autograd.MultiTensorFunction<NormActivate>
{
    private const int Inputs = 10;

    public override string Name => nameof(NormActivate);

    /// <summary>
    /// Returns x and sgn(x + bias), whose backward pass has the slope of <see cref="RSignFunction"/>. Without a bias
    /// the signs are null.
    /// </summary>
    public static (Tensor X, Tensor? Signs) Apply(
        Tensor y, BatchNorm2d norm, Tensor shortcut, Tensor shiftIn, Tensor slope, Tensor shiftOut,
        Tensor? bias, double atZero)
    {
        var outputs = ForwardScope.Run(() => apply(
            y, norm.weight!, norm.bias!, shortcut, shiftIn, slope, shiftOut, bias!, norm, atZero));
        return (outputs[0], bias is null ? null : outputs[1]);
    }

    /// <summary>
    /// Returns x = bn(y) + shortcut, without an activation, and sgn(x + bias). RPReLU with a slope of 1 and shifts of 0
    /// is the identity.
    /// </summary>
    public static (Tensor X, Tensor? Signs) Apply(
        Tensor y, BatchNorm2d norm, Tensor shortcut, Tensor? bias, double atZero)
    {
        var nothing = zeros_like(norm.weight!);
        return Apply(y, norm, shortcut, nothing, ones_like(nothing), nothing, bias, atZero);
    }

    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var y = ChannelRows.ToChannelsLast((Tensor)vars[0]);
        using var shortcut = ChannelRows.ToChannelsLast((Tensor)vars[3]);
        var bias = (Tensor?)vars[7];
        var rows = ChannelRows.Of(y);
        var moments = BatchMoments.Compute((BatchNorm2d)vars[8], rows);
        var values = ActivationValues.Of((Tensor)vars[4], (Tensor)vars[5], (Tensor)vars[6], bias);
        var (v, x) = (ChannelRows.EmptyLike(y, float32), ChannelRows.EmptyLike(y, float32));
        var signs = bias is null ? null : ChannelRows.EmptyLike(y);
        ChannelLoop.Run(
            new NormActivateKernel(
                rows, moments.Scale, moments.Offset, ChannelRows.Of(shortcut), values, (float)(double)vars[9],
                ChannelRows.Of(v), ChannelRows.Of(x),
                signs is null ? default : ChannelRows.Of(signs)),
            rows.Count, rows.Channels);
        ctx.set_materialize_grads(false); // BackwardGuard; one output may also be unused.
        ctx.save_for_backward([y, v]);
        ctx.save_data(nameof(BatchMoments), moments);
        ctx.save_data(nameof(ActivationValues), values);
        return signs is null ? [x] : [x, signs];
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs) =>
        BackwardGuard.Gradients(Inputs, grad_outputs, () => Gradients(ctx, grad_outputs));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        var saved = ctx.get_saved_variables();
        using var y = saved[0];
        using var v = saved[1];
        using var xGradient = Defined(grad_outputs[0]);
        using var signsGradient = grad_outputs.Count > 1 ? Defined(grad_outputs[1]) : null;
        var moments = (BatchMoments)ctx.get_data(nameof(BatchMoments));
        var values = (ActivationValues)ctx.get_data(nameof(ActivationValues));
        var rows = ChannelRows.Of(y);
        var (vGradient, yGradient) = (ChannelRows.EmptyLike(y, float32), ChannelRows.EmptyLike(y));
        var g = ChannelRows.Of(vGradient);
        var sums = ChannelLoop.Sum(
            new NormActivateGradientKernel(
                rows, moments.Mean, moments.Inverse, values, ChannelRows.Of(v),
                xGradient is null ? default : ChannelRows.Of(xGradient),
                signsGradient is null ? default : ChannelRows.Of(signsGradient), g),
            rows.Count, rows.Channels, 5);
        moments.InputGradient(rows, g, sums[0], sums[1], ChannelRows.Of(yGradient));
        return
        [
            yGradient, ChannelRows.Vector(sums[1]), ChannelRows.Vector(sums[0]), vGradient,
            ChannelRows.Vector(sums[0]),
            ChannelRows.Vector(sums[2]), ChannelRows.Vector(sums[3]),
            grad_outputs.Count > 1 ? ChannelRows.Vector(sums[4]) : null!, null!, null!,
        ];
    }

    private static Tensor? Defined(Tensor? gradient) =>
        gradient is null || gradient.IsInvalid ? null : ChannelRows.ToChannelsLast(gradient);
}
