using Sbnn.Sweeps.Trainer.Method.Fused;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// sgn(hardtanh(bn(y))) in training mode, in two passes over memory forward and two backward. From the forward to the
/// backward pass, only y is kept.
/// </summary>
internal sealed class NormSign : autograd.SingleTensorFunction<NormSign>
{
    public override string Name => nameof(NormSign);

    public static Tensor Apply(Tensor y, BatchNorm2d norm, SignSurrogate surrogate) =>
        ForwardScope.Run(() => apply(y, norm.weight!, norm.bias!, norm, surrogate));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var y = ChannelRows.ToChannelsLast((Tensor)vars[0]);
        var rows = ChannelRows.Of(y);
        var moments = BatchMoments.Compute((BatchNorm2d)vars[3], rows);
        var signs = ChannelRows.EmptyLike(y);
        ChannelLoop.Run(new NormSignKernel(rows, moments.Scale, moments.Offset, (float)((SignSurrogate)vars[4]).AtZero,
            ChannelRows.Of(signs)), rows.Count, rows.Channels);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([y]);
        ctx.save_data(nameof(BatchMoments), moments);
        ctx.save_data(nameof(SignSurrogate), vars[4]);
        return signs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(5, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var y = ctx.get_saved_variables()[0];
        using var signsGradient = ChannelRows.ToChannelsLast(grad_output);
        var moments = (BatchMoments)ctx.get_data(nameof(BatchMoments));
        var (t, k, _, _) = (SignSurrogate)ctx.get_data(nameof(SignSurrogate));
        var rows = ChannelRows.Of(y);
        var gradient = ChannelRows.EmptyLike(y);
        var g = ChannelRows.Of(gradient);
        var sums = ChannelLoop.Sum(
            new NormSignGradientKernel(
                rows, moments.Scale, moments.Offset, moments.Mean, moments.Inverse, ChannelRows.Of(signsGradient),
                (float)t, (float)k, g),
            rows.Count, rows.Channels, 2);
        moments.InputGradient(rows, g, sums[0], sums[1], g);
        return [gradient, ChannelRows.Vector(sums[1]), ChannelRows.Vector(sums[0]), null!, null!];
    }
}
