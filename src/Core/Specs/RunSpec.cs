using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>Limits and priorities of a sweep (<c>run:</c>).</summary>
public sealed record RunSpec
{
    /// <summary>The least <see cref="Priority"/> that is accepted.</summary>
    public const int LeastPriority = -1000;

    /// <summary>The greatest <see cref="Priority"/> that is accepted.</summary>
    public const int MostPriority = 1000;

    /// <summary>The greatest <see cref="MemoryMiB"/> that is accepted.</summary>
    public const int MostMemoryMiB = 1024 * 1024;

    /// <summary>
    /// The number of failures without progress, caused by the trial itself, after which the trial is failed.
    /// </summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Sweeps with a higher priority run first.</summary>
    public int Priority { get; init; }

    /// <summary>The wait before the second attempt; each further one is twice as long, ten minutes at most.</summary>
    [JsonPropertyName("backoffSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time between checkpoints within an epoch.</summary>
    [JsonPropertyName("checkpointEverySeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a trainer may write no event before it is killed and its trial retried; zero for no limit. Longer than
    /// <see cref="CheckpointEvery"/>, because checkpoints are events.
    /// </summary>
    [JsonPropertyName("hangAfterSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan HangAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The devices that the trials may run on.</summary>
    // Omitted, so that older revisions keep their digest.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DeviceKind Device { get; init; }

    /// <summary>
    /// The GPU memory in MiB that a trial needs at least; null for the amount that was measured for trials of its
    /// shape.
    /// </summary>
    [JsonPropertyName("memoryMiB")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? MemoryMiB { get; init; }

    /// <summary>True when each trial has its GPU, or its node's CPU slots, exclusively.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Exclusive { get; init; }
}
