namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// sgn as a layer uses it, and IR-Net's substitute for its derivative: k·t·(1 − tanh²(t·v)). It sharpens from epoch to
/// epoch. Both operands of a binary convolution in IR-Net's style use it.
/// </summary>
/// <param name="T">The slope's width, t &gt; 0: 10⁻¹ at the first epoch, towards 10 at the last.</param>
/// <param name="K">The slope's height, k = max(1/t, 1).</param>
/// <param name="AtZero">sgn(0): 0 or −1.</param>
public readonly record struct SignSurrogate(double T, double K, double AtZero = 0)
{
    /// <summary>
    /// Passes the gradient through unchanged, with sgn(0) = −1, as for ReActNet's weights. It is the limit t → 0 with
    /// k·t = 1.
    /// </summary>
    public static SignSurrogate StraightThrough { get; } = new(0, double.PositiveInfinity, -1);

    /// <summary>True when the slope is 1 everywhere.</summary>
    public bool IsStraightThrough => T == 0;
}
