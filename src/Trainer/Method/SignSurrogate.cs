namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// IR-Net's stand-in for the derivative of sgn: k·t·(1 − tanh²(t·v)). It sharpens from epoch to epoch; both operands of a binary
/// convolution use it.
/// </summary>
/// <param name="T">The slope's width, t &gt; 0: 10⁻¹ at the first epoch, towards 10 at the last.</param>
/// <param name="K">The slope's height, k = max(1/t, 1).</param>
public readonly record struct SignSurrogate(double T, double K);
