using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Arithmetic;

/// <summary>
/// Estimates how far the sparsity penalty can move U/N towards its target during a training: the drive D =
/// η·S·√(B/32)·√(8/w)·γ/(1 − γ), with the initial learning rate η, S steps, batches of B images and width w. The
/// penalty's gradient is proportional to γ/(1 − γ) and equal for all weights. Adam divides it by the noise of the
/// loss's own gradient, which falls with √B. The formula is our own, fitted to short runs of both networks.
/// </summary>
public static class PenaltyDrive
{
    /// <summary>The drive D of a trial.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="trainImages">The number of images that the trial trains on, at least 1.</param>
    public static double Of(TrialSpec trial, int trainImages) =>
        trial.LearningRate * Steps(trial, trainImages) * OfStep(trial) * trial.Gamma / (1 - trial.Gamma);

    /// <summary>
    /// The D below which no training that we measured reached its target: c·ln(0.5/EC), where c depends on the network.
    /// The logarithm measures how far U/N has to fall from its initial value near 0.5. The result is 0 for a trial
    /// without an active sparsity target, and for a network that was not measured.
    /// </summary>
    public static double Least(TrialSpec trial) =>
        Hyperparameters.Get("gamma").HasEffect(trial) && trial.ExpectedConnections is { } ec and < 0.5
            ? Slope(trial.Model) * Math.Log(0.5 / ec) : 0;

    /// <summary>
    /// The least γ, rounded up to two decimals, with which a trial's D is large enough; null when that γ exceeds 0.5.
    /// </summary>
    public static double? LeastGamma(TrialSpec trial, int trainImages)
    {
        var share = Least(trial) / (trial.LearningRate * Steps(trial, trainImages) * OfStep(trial));
        var gamma = Math.Ceiling(100 * share / (1 + share)) / 100;
        return gamma <= 0.5 ? gamma : null;
    }

    /// <summary>The least number of epochs with which a trial's D is large enough.</summary>
    public static int LeastEpochs(TrialSpec trial, int trainImages) =>
        (int)Math.Ceiling(trial.Epochs * Least(trial) / Of(trial, trainImages));

    /// <summary>
    /// The number of optimizer steps of a whole training. The last, smaller batch of an epoch counts as a step, too.
    /// </summary>
    public static int Steps(TrialSpec trial, int trainImages) =>
        trial.Epochs * (((trainImages - 1) / trial.BatchSize) + 1);

    private static double OfStep(TrialSpec trial) => Math.Sqrt(trial.BatchSize / 32.0 * 8 / trial.Width);

    // The factor c of Least. It is smaller for ReActNet-18, whose weights cross 0 sooner: its binary weights start in
    // U(0, 0.001), and the authors' surrogate gradient is not 0 anywhere.
    private static double Slope(ModelKind model) => model switch
    {
        ModelKind.ResNet18 => 0.3,
        ModelKind.ReActNet18 => 0.13,
        _ => 0, // The networks in ImageNet's layout were not measured.
    };
}
