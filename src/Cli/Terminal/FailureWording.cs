using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Ledger.Trials;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>What a person needs to know of a failed trial: the cause, the trainer's last words, and where all of them are.</summary>
internal static class FailureWording
{
    /// <summary>A line for each trial, and one for the end of its trainer's standard error if there is one.</summary>
    public static IEnumerable<string> Tell(IEnumerable<TrialFailure> failures, SweepProgress sweep, HomeFolder home)
    {
        var labels = new TrialLabels(sweep.Trials.Select(static trial => trial.Spec));
        var trials = sweep.Trials.ToDictionary(static trial => trial.Key);
        foreach (var failure in failures.Where(failure => trials.ContainsKey(failure.Trial))) // Another revision may have come in between.
        {
            yield return $"failed: {failure.Trial.Short} ({string.Join(' ', labels.Of(trials[failure.Trial].Spec))}), attempt {failure.Attempt}: "
                + $"{failure.Reason} ({ProgressWording.Cause(failure)}); its logs are in {LogsOf(failure, home)}";
            if (failure.LastLine is { } line) yield return $"  its last words: {line}";
        }
    }

    /// <summary>The folder of an attempt's logs, on the node that ran it.</summary>
    public static string LogsOf(TrialFailure failure, HomeFolder home) => TrialFolder.Of(home.Trials, failure.Trial, failure.Attempt).Path;
}
