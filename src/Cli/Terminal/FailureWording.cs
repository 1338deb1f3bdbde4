using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// What a person needs to know of a failed trial: the cause, the trainer's last words, and where all of them are.
/// </summary>
internal static class FailureWording
{
    /// <summary>
    /// A line for each failed trial, and one for the end of its trainer's standard error if there is one.
    /// </summary>
    public static IEnumerable<string> Tell(SweepView sweep)
    {
        foreach (var trial in sweep.Trials)
        {
            if (trial.Progress is not { Failure: { } failure } failed) continue;
            yield return $"failed: {failed.Key.Short} ({string.Join(' ', sweep.Labels.Of(failed.Spec))}), attempt "
                + $"{failed.Attempt}: "
                + $"{trial.Reason?.Words} ({ProgressWording.Cause(failure)}); its logs are in {trial.Logs}";
            if (failure.StderrSummary is { } words
                && trial.Reason?.Words.Contains(words, StringComparison.Ordinal) != true)
                yield return $"  its last words: {words}";
        }
    }

    /// <summary>What to do about the failed trials: another attempt helps only where it may end otherwise.</summary>
    /// <param name="sweep">The failed trials of a sweep, all of them.</param>
    /// <param name="retry">The command that tries them again.</param>
    public static string Advice(SweepView sweep, string retry)
    {
        var final = sweep.Trials.Count(static trial => trial.Progress.Failure?.Ending.IsFinal() == true);
        var advice = $"{sweep.Total} failed";
        if (final < sweep.Total) advice += $"; to try them again: {retry}";
        if (final > 0)
            advice += $"; {(final == sweep.Total ? "another attempt" : $"for {final} of them another attempt")} would "
                + "end the same way: change the spec or its images";
        return advice;
    }
}
