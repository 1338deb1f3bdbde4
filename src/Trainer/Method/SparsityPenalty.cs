using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Trainer.Method.Fused;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The penalty λ·h of Eq. 16–18 over all binary layers together, h = max(0, U/N − EC). Its gradient is the same for every weight of
/// every layer, λ/(2N): sgn passes gradients through, and no gradient flows through λ (RECIPE, "Penalty"). Nothing waits for the device.
/// </summary>
/// <param name="expectedConnections">EC; null when there is no target.</param>
/// <param name="gamma">γ, the penalty's share of the total loss, in [0, 1).</param>
/// <param name="binaryWeights">N of all binary layers together.</param>
public sealed class SparsityPenalty(double? expectedConnections, double gamma, long binaryWeights)
{
    /// <summary>False when the term is off whatever the weights are.</summary>
    public bool IsOn { get; } = PenaltyArithmetic.IsOn(expectedConnections, gamma);

    /// <summary>U: weights &gt; 0, an int64 scalar.</summary>
    public static Tensor CountOnes(IEnumerable<Tensor> weights)
    {
        using var _ = no_grad();
        var all = weights.ToList();
        if (!all.TrueForAll(ChannelRows.CanHold)) return all.Select(w => w.gt(0).sum()).Aggregate((sum, ones) => sum.add_(ones));
        return tensor(all.Select(ChannelRows.Dense).Sum(w => (long)ChannelLoop.Sum(new OnesKernel(w), w.Count, 1).First[0]));
    }

    /// <summary>h and λ as float64 scalars.</summary>
    /// <param name="ones">U, a scalar.</param>
    /// <param name="loss">The loss without penalty, a scalar; no gradient flows into it from here.</param>
    public (Tensor H, Tensor Lambda) Evaluate(Tensor ones, Tensor loss)
    {
        using var _ = no_grad();
        var fraction = ones.to(float64).div_(binaryWeights);
        // An EC of one half stands for "no constraint", as in PenaltyArithmetic.
        var h = expectedConnections is null or 0.5 ? zeros_like(fraction) : fraction.sub_(expectedConnections.Value).clamp_(min: 0);
        if (!IsOn) return (h, zeros_like(h));
        var lambda = loss.detach().to(float64).mul(gamma / (1 - gamma)).div_(h);
        return (h, where(h.gt(PenaltyArithmetic.Threshold), lambda, zeros_like(h)));
    }

    /// <summary>The gradient that every binary weight gets: λ/(2N), a float64 scalar.</summary>
    public Tensor GradientOnEveryWeight(Tensor lambda) => lambda.div(2.0 * binaryWeights);
}
