using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>sgn, whose derivative in the backward pass is replaced by <see cref="SignSurrogate"/>.</summary>
public sealed class SignFunction : autograd.SingleTensorFunction<SignFunction>
{
    public override string Name => nameof(SignFunction);

    /// <summary>Returns sgn(v), in v's shape.</summary>
    /// <param name="v">Any tensor.</param>
    /// <param name="surrogate">The slope of sgn in the backward pass.</param>
    /// <param name="scale">
    /// A constant that multiplies the result, but not the gradient; null for 1. Its shape is broadcast to v's.
    /// </param>
    public static Tensor Apply(Tensor v, SignSurrogate surrogate, Tensor? scale = null) =>
        ForwardScope.Run(() => apply(v, surrogate, scale!));

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var v = (Tensor)vars[0];
        ctx.set_materialize_grads(false); // BackwardGuard
        ctx.save_for_backward([v]);
        ctx.save_data(nameof(SignSurrogate), vars[1]);
        var signs = Sign(v, ((SignSurrogate)vars[1]).AtZero);
        return vars[2] is Tensor scale ? signs.mul_(scale) : signs;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        BackwardGuard.Gradients(3, grad_output, () => Gradients(ctx, grad_output));

    private static List<Tensor> Gradients(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using var v = ctx.get_saved_variables()[0];
        var surrogate = (SignSurrogate)ctx.get_data(nameof(SignSurrogate));
        if (surrogate.IsStraightThrough && double.IsPositiveInfinity(surrogate.Window))
            return [grad_output, null!, null!];
        return [Slope(v, surrogate).mul_(grad_output), null!, null!];
    }

    /// <summary>Returns sgn(v) as a new tensor, with <paramref name="atZero"/> as sgn(0).</summary>
    internal static Tensor Sign(Tensor v, double atZero)
    {
        var signs = v.sign();
        if (atZero == 0) return signs;
        using var zero = v.eq(Scalars.Zero);
        return signs.Fill_(zero, atZero);
    }

    /// <summary>
    /// Returns the slope of the surrogate at v as a new tensor: k·t·(1 − tanh²(t·v)), or 1 within the window.
    /// </summary>
    internal static Tensor Slope(Tensor v, SignSurrogate surrogate)
    {
        if (surrogate.IsStraightThrough)
        {
            if (double.IsPositiveInfinity(surrogate.Window)) return ones_like(v);
            using var magnitude = v.abs();
            return magnitude.IsAtMost(surrogate.Window).to(v.dtype);
        }

        var (t, k) = (surrogate.T, surrogate.K);
        return v.Times(t).tanh_().pow_(Scalars.Two).Times_(-k * t).Plus_(k * t);
    }
}
