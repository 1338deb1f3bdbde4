using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>How a failed trial's last attempt ended.</summary>
public sealed record FailedAttempt
{
    /// <summary>The cause.</summary>
    public required AttemptEnding Ending { get; init; }

    /// <summary>The exit code, 128 + signal for signals; left out when not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The signal that ended it, from 1 to 64; left out when none did.</summary>
    public int? Signal { get; init; }

    /// <summary>The end of standard error; left out when there was none.</summary>
    public string? Stderr { get; init; }

    /// <summary>The folder of its logs, on the node that ran it.</summary>
    public required string Logs { get; init; }
}
