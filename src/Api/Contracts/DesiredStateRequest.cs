using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Pauses, resumes or cancels a sweep.</summary>
public sealed record DesiredStateRequest
{
    /// <summary>What is wanted of the sweep from now on.</summary>
    public required DesiredState DesiredState { get; init; }
}
