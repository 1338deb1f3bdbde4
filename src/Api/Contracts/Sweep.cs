using System.Text.Json.Serialization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A sweep's latest revision, with the numbers of its trials but without the trials themselves.</summary>
public sealed record Sweep
{
    /// <summary>The sweep's id: the <c>name</c> in its spec.</summary>
    public required string Name { get; init; }

    /// <summary>The latest revision: 1, 2, ….</summary>
    public required int Revision { get; init; }

    /// <summary>The desired state.</summary>
    public required DesiredState DesiredState { get; init; }

    /// <summary>From −1000 to 1000; trials of a higher priority get free slots first.</summary>
    public required int Priority { get; init; }

    /// <summary>The numbers of the sweep's trials by state.</summary>
    public required TrialCounts Counts { get; init; }

    /// <summary>
    /// Estimated seconds until every trial has ended; omitted while no trial runs or no speed is known.
    /// </summary>
    [JsonPropertyName("timeLeftSeconds")]
    [JsonConverter(typeof(SecondsJsonConverter))]
    public TimeSpan? TimeLeft { get; init; }
}
