using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// sgn of ReActNet's activations. In the backward pass, its derivative is replaced by that of a piecewise quadratic
/// function: max(0, 2 − 2·|v|).
/// </summary>
public sealed class RSignFunction : autograd.SingleTensorFunction<RSignFunction>
{
    public override string Name => nameof(RSignFunction);

    /// <summary>Returns sgn(v), in v's shape.</summary>
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
        var slope = v.abs().mul_(Scalars.MinusTwo).add_(Scalars.Two, Scalars.One).clamp_(min: Scalars.Zero);
        return [slope.mul_(grad_output), null!];
    }
}
