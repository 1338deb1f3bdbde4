using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A sweep to record and train.</summary>
public sealed record SubmitSweepRequest
{
    /// <summary>The sweep's id: lower-case letters, digits and '-'.</summary>
    public required string Name { get; init; }

    /// <summary>The spec's YAML as its author wrote it. It is stored so that reports can show it.</summary>
    public required string SpecText { get; init; }

    /// <summary>The table to fill.</summary>
    public required TableSpec Table { get; init; }

    /// <summary>Limits and priority.</summary>
    public required RunSpec Run { get; init; }

    /// <summary>The distinct trials with their keys, from 1 to 100,000, in the grid's order.</summary>
    public required IReadOnlyList<KeyedTrial> Trials { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the submitting span.</summary>
    public string? TraceParent { get; init; }
}
