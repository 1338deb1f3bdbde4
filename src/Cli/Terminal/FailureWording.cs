using Sbnn.Sweeps.Api.Views;

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
            yield return $"failed: {failed.Key.Short} ({string.Join(' ', sweep.Labels.Of(failed.Spec))}), attempt {failed.Attempt}: "
                + $"{trial.Reason?.Words} ({ProgressWording.Cause(failure)}); its logs are in {trial.Logs}";
            if (failure.LastLine is { } line) yield return $"  its last words: {line}";
        }
    }
}
