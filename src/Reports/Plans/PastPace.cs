using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>
/// How fast trials were, by their likeness: alike in everything but domain, target, γ, seed and number of epochs, which
/// hardly change how long an epoch takes. Where no past trial is like one, the speed of its shape counts.
/// </summary>
internal sealed class PastPace(IEnumerable<KnownTrial> past, ShapePace shapes)
{
    private readonly Dictionary<TrialSpec, Pace> _paces = past.Where(static trial => trial.TimedEpochs > 0)
        .GroupBy(static trial => LikenessOf(trial.Spec))
        .ToDictionary(static alike => alike.Key, static alike => PaceOf([.. alike]));

    /// <summary>
    /// The mean over all timed epochs of past trials like this one, or what its shape's speed makes of its images; null
    /// when neither is known.
    /// </summary>
    public Pace? Find(TrialSpec trial) => _paces.GetValueOrDefault(LikenessOf(trial))
        ?? (shapes.PerEpoch(trial) is { } time ? new Pace(time, PastTrials: 0) : null);

    private static Pace PaceOf(IReadOnlyCollection<KnownTrial> alike)
    {
        var together = alike.Aggregate(TimeSpan.Zero, static (sum, trial) => sum + trial.TrainingTime);
        return new Pace(together / alike.Sum(static trial => trial.TimedEpochs), alike.Count);
    }

    private static TrialSpec LikenessOf(TrialSpec trial) => trial with
    {
        Folder = null,
        Domain = DomainKind.Learned,
        Sparsity = null,
        Gamma = 0,
        Seed = 0,
        Epochs = 1,
    };
}

/// <summary>A pace of training.</summary>
/// <param name="PerEpoch">The mean duration of an epoch.</param>
/// <param name="PastTrials">Trials that it was taken from; 0: it is that of the trial's shape.</param>
public sealed record Pace(
    [property: JsonPropertyName("secondsPerEpoch"), JsonConverter(typeof(SecondsJsonConverter))] TimeSpan PerEpoch,
    int PastTrials);
