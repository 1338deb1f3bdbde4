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
}
