using Sbnn.Sweeps.Api.Views;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>Why a trial is in its state.</summary>
public sealed record StateReason
{
    /// <summary>The reason. Later versions may add kinds.</summary>
    public required ReasonKind Kind { get; init; }

    /// <summary>The reason with details, for people.</summary>
    public required string Text { get; init; }
}
