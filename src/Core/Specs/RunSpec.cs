using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>Limits and priorities of a sweep (<c>run:</c>).</summary>
public sealed record RunSpec
{
    /// <summary>The least <see cref="Priority"/> that is accepted.</summary>
    public const int LeastPriority = -1000;

    /// <summary>The greatest <see cref="Priority"/> that is accepted.</summary>
    public const int MostPriority = 1000;

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
    /// The time without an event of a trainer after which it is ended by force and its trial retried; zero: never. Longer than
    /// <see cref="CheckpointEvery"/>, because checkpoints are events.
    /// </summary>
    [JsonPropertyName("hangAfterSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan HangAfter { get; init; } = TimeSpan.FromHours(1);
}
