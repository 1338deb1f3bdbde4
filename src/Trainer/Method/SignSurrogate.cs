namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// The value of sgn(0) in a layer, and IR-Net's substitute for the derivative of sgn: k·t·(1 − tanh²(t·v)), which gets
/// sharper from epoch to epoch. Both operands of a binary convolution in IR-Net's style use the substitute.
/// </summary>
/// <param name="T">The inverse width of the slope, t &gt; 0: 10⁻¹ at the first epoch, and near 10 at the last.</param>
/// <param name="K">The factor of the slope, k = max(1/t, 1).</param>
/// <param name="AtZero">sgn(0): 0 or −1.</param>
/// <param name="Window">
/// For the straight-through surrogate: the largest |v| with a slope of 1. Beyond it the slope is 0.
/// </param>
public readonly record struct SignSurrogate(
    double T, double K, double AtZero = 0, double Window = double.PositiveInfinity)
{
    /// <summary>
    /// The straight-through surrogate of ReActNet's weights: the gradient is unchanged, and sgn(0) = −1. It is the
    /// limit t → 0 with k·t = 1.
    /// </summary>
    public static SignSurrogate StraightThrough { get; } = new(0, double.PositiveInfinity, -1);

    /// <summary>
    /// The straight-through surrogate of Sec. 3.1: the gradient is unchanged where |v| ≤ 1, and 0 elsewhere.
    /// </summary>
    /// <param name="atZero">sgn(0): 0 or −1.</param>
    public static SignSurrogate StraightThroughWithin1(double atZero) => new(0, double.PositiveInfinity, atZero, 1);

    /// <summary>True when the slope is 1 within the window.</summary>
    public bool IsStraightThrough => T == 0;
}
