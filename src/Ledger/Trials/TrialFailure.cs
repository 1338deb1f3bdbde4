using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>How a failed trial's last attempt ended.</summary>
public sealed record TrialFailure
{
    private const int KilledBySignal = 128 + 9;

    /// <summary>The cause.</summary>
    public required AttemptEnding Ending { get; init; }

    /// <summary>The exit code, 128 + signal for signals; null when it is not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The end of standard error; null when there was none.</summary>
    public string? StderrTail { get; init; }

    /// <summary>
    /// The signal that ended it; null when none did. What crashed was sent SIGKILL at most; the other codes of that
    /// range are then those of .NET's host, which could not start it.
    /// </summary>
    public int? Signal => ExitCode is > 128 and <= 192
        && (Ending != AttemptEnding.Crashed || ExitCode == KilledBySignal) ? ExitCode - 128 : null;

    /// <summary>
    /// What standard error says of why it ended, in one line (<see cref="Core.Protocol.StderrSummary"/>); null when it
    /// says nothing.
    /// </summary>
    public string? StderrSummary => Core.Protocol.StderrSummary.Of(StderrTail);
}
