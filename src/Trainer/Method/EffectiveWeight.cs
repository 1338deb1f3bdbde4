using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The effective weight τ·sgn(w) + φ of a binary layer (Eq. 4), sgn(0) = 0. Backward: w gets τ times <see cref="SignSurrogate"/>; τ
/// and φ get their exact gradients when they ask for one.
/// </summary>
public sealed class EffectiveWeight : autograd.SingleTensorFunction<EffectiveWeight>
{
    public override string Name => nameof(EffectiveWeight);

    /// <summary>τ·sgn(w) + φ, of w's shape and memory order; τ and φ are scalars of shape [].</summary>
    public static Tensor Apply(Tensor w, Tensor tau, Tensor phi, SignSurrogate surrogate) => apply(w, tau, phi, surrogate);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (w, tau, phi) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([w, tau]);
        ctx.save_data(nameof(SignSurrogate), vars[3]);
        ctx.save_data("learned", phi.requires_grad);
        if (!ChannelRows.CanHold(w)) return w.sign().mul_(tau).add_(phi);

        var effective = ChannelRows.EmptyLike(w);
        var from = ChannelRows.Of(w);
        ChannelLoop.Run(new EffectiveWeightKernel(from, tau.item<float>(), phi.item<float>(), ChannelRows.Of(effective)), from.Count, 1);
        return effective;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(4, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using var w = saved[0];
        using var tau = saved[1];
        var surrogate = (SignSurrogate)ctx.get_data(nameof(SignSurrogate));
        var isLearned = (bool)ctx.get_data("learned");
        if (ChannelRows.CanHold(w)) return FusedBackward(w, tau, surrogate, isLearned, grad_output);

        var gradTau = isLearned ? w.sign().mul_(grad_output).sum() : null!;
        var gradPhi = isLearned ? grad_output.sum() : null!;
        return [SignFunction.Slope(w, surrogate).mul_(tau).mul_(grad_output), gradTau, gradPhi, null!];
    }

    private static List<Tensor> FusedBackward(Tensor w, Tensor tau, SignSurrogate surrogate, bool isLearned, Tensor gradOutput)
    {
        using var ordered = ChannelRows.Ordered(gradOutput);
        var gradW = ChannelRows.EmptyLike(w);
        var from = ChannelRows.Of(w);
        var (signed, plain) = ChannelLoop.Sum(
            new EffectiveWeightGradientKernel(
                from, tau.item<float>(), ChannelRows.Of(ordered), (float)surrogate.T, (float)surrogate.K, ChannelRows.Of(gradW)),
            from.Count, 1);
        return BackwardTensors.Hand(
            gradOutput, gradW, isLearned ? tensor((float)signed[0]) : null, isLearned ? tensor((float)plain[0]) : null, null);
    }
}
