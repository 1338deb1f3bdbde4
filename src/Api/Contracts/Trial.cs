using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A trial of a sweep.</summary>
public sealed record Trial
{
    /// <summary>The trial's identity: 64 hexadecimal digits.</summary>
    public required TrialKey Key { get; init; }

    /// <summary>Its settings.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>Where it stands.</summary>
    public required TrialState State { get; init; }

    /// <summary>Why it stands there; left out when it is finished or trains.</summary>
    public StateReason? Reason { get; init; }

    /// <summary>The current attempt: 1, 2, …; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why its latest attempt ended without a result, in a sentence; left out when it did not.</summary>
    public string? AttemptEnd { get; init; }

    /// <summary>A waiting trial's backoff ends at this time.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The node of its current attempt.</summary>
    public NodeName? Node { get; init; }

    /// <summary>True when it ran out of memory once, and from then on gets a node for itself.</summary>
    public required bool RunsAlone { get; init; }

    /// <summary>Epochs trained, from 0 to the spec's; the metrics below are this epoch's.</summary>
    public required int Epoch { get; init; }

    /// <summary>Test images that were classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>Test images; 0 before the first epoch.</summary>
    public required int Total { get; init; }

    /// <summary>Binary weights that are 1.</summary>
    public required long Ones { get; init; }

    /// <summary>Binary weights; 0 before the first epoch.</summary>
    public required long Weights { get; init; }

    /// <summary>Seconds that this epoch took; left out when not known.</summary>
    [JsonPropertyName("epochSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? EpochTime { get; init; }

    /// <summary>How a failed trial's last attempt ended; left out for a trial in another state.</summary>
    public FailedAttempt? Failure { get; init; }
}
