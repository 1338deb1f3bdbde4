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

    /// <summary>Attempts that may fail by themselves without progress before the trial is failed.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Higher goes first.</summary>
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
    /// The time without an event of a trainer after which it is ended by force and its trial retried; zero: never.
    /// Longer than <see cref="CheckpointEvery"/>, because checkpoints are events.
    /// </summary>
    [JsonPropertyName("hangAfterSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan HangAfter { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The devices that its trials may run on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // Revisions without it keep their digest.
    public DeviceKind Device { get; init; }

    /// <summary>
    /// GPU memory in MiB that a trial needs at least; null: as much as trials of its shape were measured to take.
    /// </summary>
    [JsonPropertyName("memoryMiB")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int? MemoryMiB { get; init; }

    /// <summary>Whether each trial has its GPU, or its node's CPU slots, for itself.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Exclusive { get; init; }
}
