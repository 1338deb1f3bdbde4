using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>How an attempt without a result ended, and the trial's next state.</summary>
/// <param name="Ending">Why the attempt ended; not <see cref="AttemptEnding.Completed"/>, which requires a
/// result.</param>
/// <param name="Reason">The reason in a sentence.</param>
/// <param name="ExitCode">The exit code, if known.</param>
/// <param name="StderrTail">The end of standard error.</param>
/// <param name="Next">The trial's next state: waiting, failed or withdrawn.</param>
/// <param name="Counts">True when the attempt counts towards the limit of attempts.</param>
/// <param name="NotBefore">For a waiting trial: the end of its backoff.</param>
public sealed record AttemptConclusion(
    AttemptEnding Ending, string Reason, int? ExitCode, string? StderrTail, TrialState Next, bool Counts,
    DateTimeOffset? NotBefore)
{
    /// <summary>The total memory of the attempt's GPU, in MiB; null on a CPU slot.</summary>
    public int? MemoryMiB { get; init; }
}
