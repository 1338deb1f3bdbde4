using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The effective weight τ·sgn(w) + φ of a binary layer (Eq. 4), sgn(0) = 0. Backward: w gets τ times <see cref="SignSurrogate"/>; τ
/// and φ get their exact gradients when they ask for one.
/// </summary>
public sealed class EffectiveWeight : autograd.SingleTensorFunction<EffectiveWeight>
{
    public override string Name => nameof(EffectiveWeight);

    /// <summary>τ·sgn(w) + φ, of w's shape; τ and φ are scalars of shape [].</summary>
    public static Tensor Apply(Tensor w, Tensor tau, Tensor phi, SignSurrogate surrogate) => apply(w, tau, phi, surrogate);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (w, tau, phi) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_for_backward([w, tau]);
        ctx.save_data(nameof(SignSurrogate), vars[3]);
        ctx.save_data(nameof(phi), phi.requires_grad);
        return w.sign().mul_(tau).add_(phi);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        var (w, tau) = (saved[0], saved[1]);
        var isLearned = (bool)ctx.get_data("phi");
        var gradTau = isLearned ? w.sign().mul_(grad_output).sum() : null!;
        var gradPhi = isLearned ? grad_output.sum() : null!;
        var gradW = SignFunction.Slope(w, (SignSurrogate)ctx.get_data(nameof(SignSurrogate))).mul_(tau).mul_(grad_output);
        return [gradW, gradTau, gradPhi, null!];
    }
}
