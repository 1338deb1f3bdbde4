using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// What a user needs to know about a failed trial: the cause, the end of the trainer's standard error, and the logs'
/// folder.
/// </summary>
internal static class FailureWording
{
    /// <summary>
    /// A line for each failed trial, and one for the end of its trainer's standard error if there was output.
    /// </summary>
    public static IEnumerable<string> Lines(SweepView sweep)
    {
        foreach (var trial in sweep.Trials)
        {
            if (trial.Progress is not { Failure: { } failure } failed) continue;
            yield return $"failed: {failed.Key.Short} ({string.Join(' ', sweep.Labels.Of(failed.Spec))}), attempt "
                + $"{failed.Attempt}: "
                + $"{trial.Reason?.Words} ({ProgressWording.Cause(failure)}); its logs are in {trial.Logs}";
            if (failure.StderrSummary is { } stderr
                && trial.Reason?.Words.Contains(stderr, StringComparison.Ordinal) != true)
                yield return $"  end of its stderr: {stderr}";
        }
    }

    /// <summary>What to do about the failed trials. A retry is suggested only for trials that it may help.</summary>
    /// <param name="sweep">All failed trials of a sweep.</param>
    /// <param name="retry">The command that retries them.</param>
    public static string Advice(SweepView sweep, string retry)
    {
        var final = sweep.Trials.Count(static trial => trial.Progress.Failure?.Ending.IsFinal() == true);
        var advice = $"{sweep.Total} failed";
        if (final < sweep.Total) advice += $"; to retry: {retry}";
        if (final > 0)
            advice += $"; {(final == sweep.Total ? "a retry" : $"a retry of {final} of them")} would fail again: "
                + "change the spec or its images";
        return advice;
    }
}
