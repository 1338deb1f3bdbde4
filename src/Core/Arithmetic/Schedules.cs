namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// The learning rate and the surrogate's parameters, which change from epoch to epoch. Epochs count from 0 here.
/// </summary>
public static class Schedules
{
    /// <summary>
    /// The learning rate by cosine annealing to 0 over the epochs (Sec. 4.1): lr₀·(1 + cos(π·epoch/epochs))/2.
    /// </summary>
    public static double CosineLearningRate(double initial, int epoch, int epochs) =>
        initial * (1 + Math.Cos(Math.PI * epoch / epochs)) / 2;

    /// <summary>t of IR-Net's surrogate k·t·(1 − tanh²(t·v)): 10^(−1 + 2·epoch/epochs).</summary>
    public static double SurrogateT(int epoch, int epochs) => Math.Pow(10, -1 + 2.0 * epoch / epochs);

    /// <summary>k of IR-Net's surrogate: max(1/t, 1).</summary>
    public static double SurrogateK(int epoch, int epochs) => Math.Max(1 / SurrogateT(epoch, epochs), 1);
}
