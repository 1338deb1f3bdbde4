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
    /// The number of failures without progress, caused by the trial itself, after which the trial fails.
    /// </summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Trials of sweeps with a higher priority get free slots first.</summary>
    public int Priority { get; init; }

    /// <summary>
    /// The wait before a trial's second attempt. Each further wait is twice as long, ten minutes at most.
    /// </summary>
    [JsonPropertyName("backoffSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The time between checkpoints within an epoch.</summary>
    [JsonPropertyName("checkpointEverySeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The time without an event after which a trainer is killed and its trial retried; zero for no limit. It must be
    /// longer than <see cref="CheckpointEvery"/>, because checkpoints are events.
    /// </summary>
    [JsonPropertyName("hangAfterSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan HangAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The devices that the trials may run on.</summary>
    // The default is omitted from the JSON, so that older revisions keep their digests.
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public DeviceKind Device { get; init; }

    /// <summary>
    /// The least GPU memory in MiB that a trial needs; null for the amount that was measured for trials of the same
    /// shape.
    /// </summary>
    [JsonPropertyName("memoryMiB")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? MemoryMiB { get; init; }

    /// <summary>True when each trial runs alone on its GPU, or on its node's CPU slots.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Exclusive { get; init; }

    /// <summary>The files that are kept of each trial after it is finished.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public KeepKind Keep { get; init; }

    /// <summary>
    /// The names of the host's hooks that are called when every trial is finished or failed; null for none.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? OnFinish { get; init; }
}
