using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Pauses, resumes or cancels a sweep.</summary>
public sealed record DesiredStateRequest
{
    /// <summary>The sweep's new desired state.</summary>
    public required DesiredState DesiredState { get; init; }
}
