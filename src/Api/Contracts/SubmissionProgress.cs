namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>The progress of a submission, for people.</summary>
public sealed record SubmissionProgress
{
    /// <summary>One line of text.</summary>
    public required string Text { get; init; }
}
