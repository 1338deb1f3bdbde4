namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Changes a sweep's priority.</summary>
public sealed record PriorityRequest
{
    /// <summary>From −1000 to 1000; trials of a higher priority get free slots first.</summary>
    public required int Priority { get; init; }
}
