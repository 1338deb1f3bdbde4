namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// The domain {α, β} = φ ∓ τ that minimises the quantization error of a layer's real weights (Sec. 3.3). A weight is a one
/// (value β) when it is &gt; 0.
/// </summary>
public sealed record ClosedForm
{
    private ClosedForm(LayerSums sums, double tau, double phi) => (Sums, Tau, Phi) = (sums, tau, phi);

    /// <summary>The sums over the layer's weights that the domain follows from.</summary>
    public LayerSums Sums { get; }

    /// <summary>τ* of Eq. 15; ‖w‖₁/N where <see cref="IsDegenerate"/>.</summary>
    public double Tau { get; }

    /// <summary>φ* of Eq. 15; 0 where <see cref="IsDegenerate"/>.</summary>
    public double Phi { get; }

    /// <summary>
    /// True when all weights have one sign: Eq. 15 is then 0/0, and a whole line of (τ, φ) is optimal (erratum 4). Our convention is
    /// the symmetric domain, which lies on that line when no weight is 0.
    /// </summary>
    public bool IsDegenerate => Sums.Ones == 0 || Sums.Ones == Sums.Count;

    /// <summary>α = φ − τ.</summary>
    public double Alpha => Phi - Tau;

    /// <summary>β = φ + τ.</summary>
    public double Beta => Phi + Tau;

    /// <summary>η = β − α of Eq. 4, 5.</summary>
    public double Eta => 2 * Tau;

    /// <summary>ξ = α/η of Eq. 4, 5; −1/2 for the symmetric domain.</summary>
    public double Xi => Alpha / Eta;

    /// <summary>The squared quantization error (Eq. 12 is its root; Eq. 13 differentiates the square: erratum 3).</summary>
    public double SquaredError => Sums.SquaredError(Tau, Phi);

    /// <summary>
    /// Eq. 15 with q = 2p − 1: τ* = (‖w‖₁ − q·Σw)/(N(1 − q²)), φ* = (Σw − q·‖w‖₁)/(N(1 − q²)). At p = 1/2, φ* is the mean of the
    /// weights, not 0 (erratum 4).
    /// </summary>
    public static ClosedForm Optimal(LayerSums sums)
    {
        if (sums.Ones == 0 || sums.Ones == sums.Count) return Symmetric(sums);
        // N(1 − q²) = 4U(N − U)/N, without the cancellation of 1 − q².
        var q = 2.0 * sums.Ones / sums.Count - 1;
        var scale = 4.0 * sums.Ones * (sums.Count - sums.Ones) / sums.Count;
        return new ClosedForm(sums, (sums.Norm1 - q * sums.Sum) / scale, (sums.Sum - q * sums.Norm1) / scale);
    }

    /// <summary>The domain {−β, +β} of Table 1: τ = ‖w‖₁/N, φ = 0.</summary>
    public static ClosedForm Symmetric(LayerSums sums) => new(sums, sums.Norm1 / sums.Count, 0);
}

/// <summary>Sums over one layer's real weights.</summary>
/// <param name="Count">N of the layer, at least 1.</param>
/// <param name="Ones">U of the layer: weights &gt; 0.</param>
/// <param name="Norm1">‖w‖₁.</param>
/// <param name="Sum">Σw.</param>
/// <param name="SumOfSquares">Σw².</param>
public sealed record LayerSums(long Count, long Ones, double Norm1, double Sum, double SumOfSquares)
{
    /// <summary>The sums over given weights.</summary>
    public static LayerSums Of(IReadOnlyCollection<double> weights) => new(
        weights.Count, weights.LongCount(w => w > 0), weights.Sum(Math.Abs), weights.Sum(), weights.Sum(w => w * w));

    /// <summary>Σ(w − (τ·b̄ + φ))² with b̄ = ±1, the square of Eq. 12, expanded into sums.</summary>
    public double SquaredError(double tau, double phi)
    {
        var signs = 2.0 * Ones - Count;
        var error = SumOfSquares - 2 * tau * Norm1 - 2 * phi * Sum + Count * (tau * tau + phi * phi) + 2 * tau * phi * signs;
        return Math.Max(0, error); // rounding may leave a tiny negative where the fit is exact
    }

    /// <summary>The derivatives of <see cref="SquaredError"/> by τ and φ (Eq. 13).</summary>
    public (double ByTau, double ByPhi) Gradient(double tau, double phi)
    {
        var signs = 2.0 * Ones - Count;
        return (2 * (Count * tau + phi * signs - Norm1), 2 * (Count * phi + tau * signs - Sum));
    }
}
