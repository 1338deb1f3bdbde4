using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Tables;

namespace Sbnn.Sweeps.Reports.Pages;

/// <summary>The facts at the top of a sweep's page, which summarise its scope and outcome.</summary>
internal static class OutcomeFacts
{
    private const int MostNamed = 4;

    public static IEnumerable<(string Name, string Value)> Of(SweepOutcome sweep, TableModel table, string version)
    {
        var trials = sweep.Trials;
        yield return ("Sweep", sweep.Revision > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sweep.Name}, revision {sweep.Revision}") : sweep.Name);
        yield return ("Trials", sweep.Revision > 0 ? Trials(trials)
            : string.Create(CultureInfo.InvariantCulture, $"{trials.Count}, not run"));
        if (VerdictSummary.Of(table.Metrics) is { } verdicts) yield return ("Compared with the paper", verdicts);
        if (ClaimsTable.Summary(table.Claims) is { } claims) yield return ("Claims", claims);
        if (trials.Count > 0)
        {
            yield return ("Scope", Scope(trials));
            yield return ("Epochs per trial", Named(trials.Select(static trial =>
                trial.Spec.Epochs.ToString(CultureInfo.InvariantCulture))));
        }

        var attempts = trials.SelectMany(static trial => trial.Attempts).ToList();
        if (attempts.Count > 0)
        {
            yield return ("Devices", Named(attempts.Select(static attempt => attempt.DeviceClass).OfType<string>()));
            yield return ("Time in trainers", Wording.Duration(attempts.Aggregate(TimeSpan.Zero,
                static (sum, attempt) => sum + ((attempt.EndedAt ?? attempt.StartedAt) - attempt.StartedAt))));
            yield return ("From – to", $"{TrialProvenance.Time(attempts.Min(static attempt => attempt.StartedAt))} – "
                + (attempts.TrueForAll(static attempt => attempt.EndedAt is not null)
                    ? TrialProvenance.Time(attempts.Max(static attempt => attempt.EndedAt!.Value)) : "now"));
        }

        yield return ("Written by", $"sbnn {version}");
    }

    private static string Trials(IReadOnlyList<TrialOutcome> trials)
    {
        int Count(TrialState state) => trials.Count(trial => trial.State == state);
        var finished = Count(TrialState.Finished);
        return string.Join(", ", (string[])
        [
            string.Create(CultureInfo.InvariantCulture, $"{finished} of {trials.Count} finished"),
            .. new[] { TrialState.Failed, TrialState.Running, TrialState.Waiting, TrialState.Withdrawn }
                .Select(state => Wording.Some(Count(state), EnumWords.Of(state))).OfType<string>(),
        ]);
    }

    private static string Scope(IReadOnlyList<TrialOutcome> trials) =>
        string.Join("; ", (string[])
        [
            Named(trials.Select(static trial => EnumWords.Of(trial.Spec.Model))),
            Named(trials.Select(static trial => EnumWords.Of(trial.Spec.Dataset))),
            $"width {Named(trials.Select(static trial => trial.Spec.Width.ToString(CultureInfo.InvariantCulture)))}",
        ]);

    private static string Named(IEnumerable<string> values)
    {
        var distinct = values.Distinct().ToList();
        return distinct.Count <= MostNamed ? string.Join(", ", distinct)
            : string.Create(CultureInfo.InvariantCulture,
                $"{string.Join(", ", distinct.Take(MostNamed))} and {distinct.Count - MostNamed} more");
    }
}
