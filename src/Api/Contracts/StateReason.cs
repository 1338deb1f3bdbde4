using Sbnn.Sweeps.Api.Views;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Why a trial stands where it does.</summary>
public sealed record StateReason
{
    /// <summary>The reason. Further kinds may be added.</summary>
    public required ReasonKind Kind { get; init; }

    /// <summary>The reason with its circumstances, for people.</summary>
    public required string Text { get; init; }
}
