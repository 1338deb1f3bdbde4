using System.Globalization;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>
/// Hints about settings that are valid but probably not intended. The sweep runs nevertheless; the hints are shown
/// before its training begins.
/// </summary>
public static class SpecHints
{
    /// <summary>The hints for a sweep's trials, each reported once.</summary>
    /// <param name="trials">The trials.</param>
    /// <param name="trainImages">The number of training images of a trial's dataset; null when it is unknown.</param>
    public static IEnumerable<string> Of(IReadOnlyCollection<TrialSpec> trials, Func<TrialSpec, int?> trainImages) =>
        [.. SparsitiesBelowOne(trials), .. WeakPenalties(trials, trainImages)];

    private static IEnumerable<string> SparsitiesBelowOne(IEnumerable<TrialSpec> trials) =>
        from sparsity in trials.Select(static trial => trial.Sparsity).Distinct()
        where sparsity is > 0 and < 1
        let written = sparsity.Value.ToString(CultureInfo.InvariantCulture)
        select $"sparsity: {written} means {written} % of the weights; "
            + $"did you mean {(100 * sparsity.Value).ToString("0.#######", CultureInfo.InvariantCulture)}?";

    // A sweep has only one such hint, with the weakest penalty as an example, because a grid over γ includes weak
    // values on purpose.
    private static IEnumerable<string> WeakPenalties(
        IReadOnlyCollection<TrialSpec> trials, Func<TrialSpec, int?> trainImages)
    {
        var weak = (
            from trial in trials
            let images = (trial.TrainImages ?? trainImages(trial)) - (trial.ValidationImages ?? 0)
            where images > 0 && PenaltyDrive.Of(trial, images.Value) < PenaltyDrive.Least(trial)
            orderby PenaltyDrive.Of(trial, images.Value) / PenaltyDrive.Least(trial)
            select (Trial: trial, Images: images.Value)).ToList();
        if (weak.Count == 0) yield break;
        var (worst, count) = weak[0];
        yield return $"sparsity: {weak.Count} of {Wording.Count(trials.Count, "trial")} will probably miss the target, "
            + "because the penalty is too weak for "
            + $"so few steps; for example, {Number((double)worst.Sparsity!)} % with gamma {Number(worst.Gamma)}, "
            + $"learning-rate {Number(worst.LearningRate)} and {Wording.Count(worst.Epochs, "epoch")} "
            + string.Create(CultureInfo.InvariantCulture, $"({PenaltyDrive.Steps(worst, count):N0} steps) ")
            + Remedy(worst, count);
    }

    private static string Remedy(TrialSpec trial, int images)
    {
        var epochs = Number(PenaltyDrive.LeastEpochs(trial, images));
        return PenaltyDrive.LeastGamma(trial, images) is { } gamma
            ? $"needs gamma {Number(gamma)} or more, or {epochs} epochs or more"
            : $"needs {epochs} epochs or more, or a higher learning-rate";
    }

    private static string Number(double value) => value.ToString(CultureInfo.InvariantCulture);
}
