using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>How a failed trial's last attempt ended.</summary>
public sealed record FailedAttempt
{
    /// <summary>How the attempt ended.</summary>
    public required AttemptEnding Ending { get; init; }

    /// <summary>
    /// The exit code, which is 128 + the signal's number when a signal ended the attempt; omitted when unknown.
    /// </summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended the attempt, from 1 to 64; omitted when no signal did.</summary>
    public int? Signal { get; init; }

    /// <summary>The end of standard error; omitted when nothing was written to it.</summary>
    public string? Stderr { get; init; }

    /// <summary>The folder of the attempt's logs, on the node that ran it.</summary>
    public required string Logs { get; init; }
}
