using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>Computes τ and φ from a layer's weights, without a gradient and without waiting for the device.</summary>
public static class WeightDomain
{
    /// <summary>{−β, +β} of Table 1: τ = ‖w‖₁/N, φ = 0.</summary>
    public static (Tensor Tau, Tensor Phi) Symmetric(Tensor w)
    {
        using var _ = no_grad();
        return (w.abs().mean(), zeros([], w.dtype, w.device));
    }

    /// <summary>
    /// {α, β} by Eq. 15 with q = 2p − 1, where p is the fraction of w &gt; 0. Where p is 0 or 1 the formula is 0/0
    /// (erratum 4), and <see cref="Symmetric"/> is used instead.
    /// </summary>
    public static (Tensor Tau, Tensor Phi) ClosedForm(Tensor w)
    {
        using var _ = no_grad();
        double n = w.numel();
        var norm = w.abs().sum();
        var sum = w.sum();
        var q = w.gt(Scalars.Zero).sum().to(w.dtype).Times_(2 / n).sub_(Scalars.One);
        var scale = q.pow(Scalars.Two).neg_().add_(Scalars.One, Scalars.One).Times_(n);
        var isDegenerate = scale.eq(Scalars.Zero);
        var tau = where(isDegenerate, norm.Over(n), (norm - q * sum) / scale);
        var phi = where(isDegenerate, zeros_like(norm), (sum - q * norm) / scale);
        return (tau, phi);
    }

    /// <summary>
    /// {α, β} by Eq. 15, but with the mean of the weights taken out of φ, which leaves φ = −q·τ = (1 − 2p)·τ. The
    /// weights themselves are not centred. Where p is 0 or 1, τ = ‖w‖₁/N, and all effective weights are 0.
    /// </summary>
    public static (Tensor Tau, Tensor Phi) ClosedFormCentred(Tensor w)
    {
        using var _ = no_grad();
        var (tau, _) = ClosedForm(w);
        var q = w.gt(Scalars.Zero).sum().to(w.dtype).Times_(2.0 / w.numel()).sub_(Scalars.One);
        return (tau, q.neg_().mul_(tau));
    }

    /// <summary>{0, 2τ}: τ as for <see cref="Symmetric"/>, φ = τ.</summary>
    public static (Tensor Tau, Tensor Phi) ZeroOne(Tensor w)
    {
        var (tau, _) = Symmetric(w);
        return (tau, tau);
    }
}
