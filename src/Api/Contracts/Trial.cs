using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A trial of a sweep.</summary>
public sealed record Trial
{
    /// <summary>The trial's identity: 64 hexadecimal digits.</summary>
    public required TrialKey Key { get; init; }

    /// <summary>The trial's settings.</summary>
    public required TrialSpec Spec { get; init; }

    /// <summary>
    /// The trial's position in the sweep's grid: 0, 1, …; omitted where a trial is read without a sweep.
    /// </summary>
    public int? Position { get; init; }

    /// <summary>The trial's state.</summary>
    public required TrialState State { get; init; }

    /// <summary>Why the trial is in this state; omitted when the trial is finished or trains.</summary>
    public StateReason? Reason { get; init; }

    /// <summary>The current attempt: 1, 2, …; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Why the latest attempt ended without a result, in a sentence; omitted otherwise.</summary>
    public string? AttemptEnd { get; init; }

    /// <summary>The end of a waiting trial's backoff.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The node of the current attempt.</summary>
    public NodeName? Node { get; init; }

    /// <summary>True after the trial ran out of memory; from then on it gets a device exclusively.</summary>
    public required bool RunsAlone { get; init; }

    /// <summary>
    /// The number of trained epochs, from 0 to the spec's number; the metrics below were measured after the last
    /// trained epoch.
    /// </summary>
    public required int Epoch { get; init; }

    /// <summary>Test images classified correctly.</summary>
    public required int Correct { get; init; }

    /// <summary>Test images; 0 before the first epoch.</summary>
    public required int Total { get; init; }

    /// <summary>Binary weights that are 1.</summary>
    public required long Ones { get; init; }

    /// <summary>Binary weights; 0 before the first epoch.</summary>
    public required long Weights { get; init; }

    /// <summary>The duration of the last epoch in seconds; omitted when unknown.</summary>
    [JsonPropertyName("epochSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? EpochTime { get; init; }

    /// <summary>
    /// The digests of the weights that the finished trial left; omitted when its weights were not kept.
    /// </summary>
    public KeptWeights? KeptWeights { get; init; }

    /// <summary>How a failed trial's last attempt ended; omitted for a trial in another state.</summary>
    public FailedAttempt? Failure { get; init; }
}
