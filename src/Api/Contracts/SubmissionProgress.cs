namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>How a submission goes, in words for people.</summary>
public sealed record SubmissionProgress
{
    /// <summary>One line.</summary>
    public required string Text { get; init; }
}
