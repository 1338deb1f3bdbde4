using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The effective weight τ·sgn(w) + φ of a binary layer (Eq. 4). In the backward pass w receives τ times <see
/// cref="SignSurrogate"/>; τ and φ receive their exact gradients if they require gradients.
/// </summary>
public sealed class EffectiveWeight : autograd.SingleTensorFunction<EffectiveWeight>
{
    public override string Name => nameof(EffectiveWeight);

    /// <summary>Computes τ·sgn(w) + φ in w's shape and memory order. τ and φ are scalars of shape [].</summary>
    /// <param name="w">The real weights, [out, in, k, k].</param>
    /// <param name="tau">τ.</param>
    /// <param name="phi">φ.</param>
    /// <param name="surrogate">The slope of sgn in the backward pass.</param>
    /// <param name="type">
    /// The result's type; null for w's type. The two values of the result are rounded to this type.
    /// </param>
    public static Tensor Apply(Tensor w, Tensor tau, Tensor phi, SignSurrogate surrogate, ScalarType? type = null) =>
        ForwardScope.Run(() => apply(w, tau, phi, surrogate, type ?? w.dtype));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (w, tau, phi, surrogate) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (SignSurrogate)vars[3]);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([w, tau]);
        ctx.save_data(nameof(SignSurrogate), vars[3]);
        ctx.save_data("learned", phi.requires_grad);
        var type = (ScalarType)vars[4];
        if (!ChannelRows.IsSupported(w)) return SignFunction.Sign(w, surrogate.AtZero).mul_(tau).Plus_(phi).to(type);

        var effective = ChannelRows.EmptyLike(w, type);
        var from = ChannelRows.Of(w);
        ChannelLoop.Run(new EffectiveWeightKernel(from, tau.item<float>(), phi.item<float>(), (float)surrogate.AtZero,
            ChannelRows.Of(effective)), from.Count, 1);
        return effective;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(5, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using var w = saved[0];
        using var tau = saved[1];
        var surrogate = (SignSurrogate)ctx.get_data(nameof(SignSurrogate));
        var isLearned = (bool)ctx.get_data("learned");
        if (ChannelRows.IsSupported(w)) return FusedBackward(w, tau, surrogate, isLearned, grad_output);

        var gradient = grad_output.to(w.dtype);
        var gradTau = isLearned ? SignFunction.Sign(w, surrogate.AtZero).mul_(gradient).sum() : null!;
        var gradPhi = isLearned ? gradient.sum() : null!;
        return [SignFunction.Slope(w, surrogate).mul_(tau).mul_(gradient), gradTau, gradPhi, null!, null!];
    }

    private static List<Tensor> FusedBackward(
        Tensor w, Tensor tau, SignSurrogate surrogate, bool isLearned, Tensor gradOutput)
    {
        using var ordered = ChannelRows.ToChannelsLast(gradOutput);
        var gradW = ChannelRows.EmptyLike(w);
        var from = ChannelRows.Of(w);
        var (to, scale, zero) = (ChannelRows.Of(gradW), tau.item<float>(), (float)surrogate.AtZero);
        var sums = surrogate.IsStraightThrough
            ? ChannelLoop.Sum(
                new StraightThroughGradientKernel(
                    from, scale, ChannelRows.Of(ordered), (float)surrogate.Window, zero, to),
                from.Count,
                1,
                2)
            : ChannelLoop.Sum(
                new EffectiveWeightGradientKernel(
                    from, scale, ChannelRows.Of(ordered), (float)surrogate.T, (float)surrogate.K, zero, to),
                from.Count,
                1,
                2);
        return
        [
            gradW, isLearned ? tensor((float)sums[0][0]) : null!, isLearned ? tensor((float)sums[1][0]) : null!,
                null!, null!,
        ];
    }
}
