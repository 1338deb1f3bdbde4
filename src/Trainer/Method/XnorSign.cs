using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// XNOR-Net's sgn of activations: the gradient passes unchanged where |v| &lt; 1, and is 0 elsewhere. Unlike <see
/// cref="SignSurrogate.Window"/>, the bounds are excluded, as in the released code.
/// </summary>
internal sealed class XnorSign : autograd.SingleTensorFunction<XnorSign>
{
    public override string Name => nameof(XnorSign);

    /// <summary>Returns sgn(v), in v's shape, with <paramref name="atZero"/> as sgn(0).</summary>
    public static Tensor Apply(Tensor v, double atZero) => ForwardScope.Run(() => apply(v, atZero));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var v = (Tensor)vars[0];
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([v]);
        return SignFunction.Sign(v, (double)vars[1]);
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(2, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var v = ctx.get_saved_variables()[0];
        return [IsInside(v).to(v.dtype).mul_(grad_output), null!];
    }

    /// <summary>Returns a mask that is true where |v| &lt; 1.</summary>
    internal static Tensor IsInside(Tensor v)
    {
        using var magnitude = v.abs();
        return magnitude.lt(Scalars.One);
    }
}
