using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>A sweep to record and train.</summary>
public sealed record SubmitSweepRequest
{
    /// <summary>The sweep's id: lower-case letters, digits and '-'.</summary>
    public required string Name { get; init; }

    /// <summary>The YAML as written, kept for people.</summary>
    public required string SpecText { get; init; }

    /// <summary>The table to fill.</summary>
    public required TableSpec Table { get; init; }

    /// <summary>Limits and priority.</summary>
    public required RunSpec Run { get; init; }

    /// <summary>The distinct trials with their keys, from 1 to 100,000, in the order of the grid.</summary>
    public required IReadOnlyList<KeyedTrial> Trials { get; init; }

    /// <summary>The W3C <c>traceparent</c> of the span that submits it.</summary>
    public string? TraceParent { get; init; }
}
