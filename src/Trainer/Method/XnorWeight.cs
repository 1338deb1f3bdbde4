using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// XNOR-Net's binary weights α·sgn(w), where α is the mean of |w| over each output channel. With the gradient G of the
/// binary weights and n weights in a channel, w receives G·(α·[|w| &lt; 1] + 1/n): the derivative through sgn, and the
/// released code's derivative through α.
/// </summary>
internal sealed class XnorWeight : autograd.SingleTensorFunction<XnorWeight>
{
    public override string Name => nameof(XnorWeight);

    /// <summary>Computes α·sgn(w) in w's shape, with <paramref name="atZero"/> as sgn(0).</summary>
    /// <param name="w">The real weights, [out, in, k, k].</param>
    /// <param name="alpha">α: [out, 1, 1, 1], without a gradient.</param>
    /// <param name="atZero">sgn(0): 0 or −1.</param>
    public static Tensor Apply(Tensor w, Tensor alpha, double atZero) =>
        ForwardScope.Run(() => apply(w, alpha, atZero));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (w, alpha) = ((Tensor)vars[0], (Tensor)vars[1]);
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([w, alpha]);
        return SignFunction.Sign(w, (double)vars[2]).mul_(alpha);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(3, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        var saved = ctx.get_saved_variables();
        using var w = saved[0];
        using var alpha = saved[1];
        var perChannel = (double)w.numel() / w.shape[0];
        return [XnorSign.IsInside(w).to(w.dtype).mul_(alpha).Plus_(1 / perChannel).mul_(grad_output), null!, null!];
    }
}
