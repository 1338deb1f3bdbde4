using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>sgn of the activations, with sgn(0) = 0, and <see cref="SignSurrogate"/> as its derivative.</summary>
public sealed class SignFunction : autograd.SingleTensorFunction<SignFunction>
{
    public override string Name => nameof(SignFunction);

    /// <summary>sgn(v), of v's shape.</summary>
    public static Tensor Apply(Tensor v, SignSurrogate surrogate) => apply(v, surrogate);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var v = (Tensor)vars[0];
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([v]);
        ctx.save_data(nameof(SignSurrogate), vars[1]);
        return v.sign();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(2, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var v = ctx.get_saved_variables()[0];
        return [Slope(v, (SignSurrogate)ctx.get_data(nameof(SignSurrogate))).mul_(grad_output), null!];
    }

    /// <summary>k·t·(1 − tanh²(t·v)) as a new tensor.</summary>
    internal static Tensor Slope(Tensor v, SignSurrogate surrogate)
    {
        var (t, k) = surrogate;
        return v.mul(t).tanh_().pow_(2).mul_(-k * t).add_(k * t);
    }
}
