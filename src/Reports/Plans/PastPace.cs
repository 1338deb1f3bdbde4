using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>
/// The training speed of past trials that are similar to a planned one. Similar trials differ only in domain, target,
/// γ, seed and number of epochs, which hardly change the time of an epoch. Without a similar trial, the speed of the
/// trial's shape is used.
/// </summary>
internal sealed class PastPace(IEnumerable<KnownTrial> past, ShapePace shapes)
{
    private readonly Dictionary<TrialSpec, Pace> _paces = past.Where(static trial => trial.TimedEpochs > 0)
        .GroupBy(static trial => SimilarityKey(trial.Spec))
        .ToDictionary(static similar => similar.Key, static similar => PaceOf([.. similar]));

    /// <summary>
    /// The mean over all timed epochs of similar past trials, or an estimate from the shape's speed and the number of
    /// images; null when neither is known.
    /// </summary>
    public Pace? Find(TrialSpec trial) => _paces.GetValueOrDefault(SimilarityKey(trial))
        ?? (shapes.PerEpoch(trial) is { } time ? new Pace(time, PastTrials: 0) : null);

    private static Pace PaceOf(IReadOnlyCollection<KnownTrial> similar)
    {
        var together = similar.Aggregate(TimeSpan.Zero, static (sum, trial) => sum + trial.TrainingTime);
        return new Pace(together / similar.Sum(static trial => trial.TimedEpochs), similar.Count);
    }

    private static TrialSpec SimilarityKey(TrialSpec trial) => trial with
    {
        Folder = null,
        Domain = DomainKind.Learned,
        Sparsity = null,
        Gamma = 0,
        Seed = 0,
        Epochs = 1,
    };
}

/// <summary>The training speed of a trial.</summary>
/// <param name="PerEpoch">The mean duration of an epoch.</param>
/// <param name="PastTrials">The number of past trials from which it was computed; 0 when it comes from the trial's
/// shape.</param>
public sealed record Pace(
    [property: JsonPropertyName("secondsPerEpoch"), JsonConverter(typeof(SecondsJsonConverter))] TimeSpan PerEpoch,
    int PastTrials);
