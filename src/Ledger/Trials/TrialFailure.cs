using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>How a failed trial's last attempt ended.</summary>
public sealed record TrialFailure
{
    /// <summary>The cause.</summary>
    public required AttemptEnding Ending { get; init; }

    /// <summary>The exit code, 128 + signal for signals; null when it is not known.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The end of standard error; null when there was none.</summary>
    public string? StderrTail { get; init; }

    /// <summary>The signal that ended it; null when none did.</summary>
    public int? Signal => ExitCode is > 128 and <= 192 ? ExitCode - 128 : null;

    /// <summary>The last line of standard error that says something.</summary>
    public string? LastLine => StderrTail?.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault();
}
