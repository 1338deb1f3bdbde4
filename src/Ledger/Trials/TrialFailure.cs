using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>How a failed trial's last attempt ended.</summary>
public sealed record TrialFailure
{
    private const int ExitCodeOfSigkill = 128 + 9;

    /// <summary>How the attempt ended.</summary>
    public required AttemptEnding Ending { get; init; }

    /// <summary>The exit code; 128 + the number of the signal for signals; null when unknown.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The end of standard error; null when nothing was written to it.</summary>
    public string? StderrTail { get; init; }

    /// <summary>
    /// The signal that ended the attempt; null when no signal did. For a crash only SIGKILL counts, because other codes
    /// above 128 then come from .NET's host when it cannot start the trainer.
    /// </summary>
    public int? Signal => ExitCode is > 128 and <= 192
        && (Ending != AttemptEnding.Crashed || ExitCode == ExitCodeOfSigkill) ? ExitCode - 128 : null;

    /// <summary>
    /// The line of standard error that explains the end (<see cref="Core.Protocol.StderrSummary"/>); null when no line
    /// does.
    /// </summary>
    public string? StderrSummary => Core.Protocol.StderrSummary.Of(StderrTail);
}
