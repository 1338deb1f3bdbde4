using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;

namespace Sbnn.Sweeps.Reports;

/// <summary>A row's figures in full precision. Means are there only when every seed has a result at its target.</summary>
public sealed record RowFigures
{
    /// <summary>The row as the spec asks for it.</summary>
    public required TableRowSpec Row { get; init; }

    /// <summary>The row's trials, in seed order.</summary>
    public required IReadOnlyList<TrialOutcome> Trials { get; init; }

    /// <summary>How many trials have a figure to report.</summary>
    public required int Reported { get; init; }

    /// <summary>Why there is no mean; null when there is one.</summary>
    public string? Gap { get; init; }

    /// <summary>Top-1 accuracy, percent.</summary>
    public Estimate? Top1 { get; init; }

    /// <summary>Mean top-1 less the baseline's, percentage points.</summary>
    public decimal? Delta { get; init; }

    /// <summary>BOPs PR, percent.</summary>
    public Estimate? BopsPr { get; init; }

    /// <summary>BParams PR, percent.</summary>
    public Estimate? BParamsPr { get; init; }

    /// <summary>K₀, percent.</summary>
    public Estimate? K0 { get; init; }

    /// <summary>K₁, percent.</summary>
    public Estimate? K1 { get; init; }

    /// <summary>U/N, percent.</summary>
    public Estimate? Ones { get; init; }

    /// <summary>h(U/N), bits a weight.</summary>
    public Estimate? Entropy { get; init; }

    /// <summary>Settings in which the row's trials differ from the published runs: "width 8 (published: 64)".</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>How the row stands to the published one.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>Mean top-1 less the published one, percentage points.</summary>
    public decimal? OursLessPublished => Top1 is { } top1 && Row.Published?.Top1 is { } published ? top1.Mean - published : null;

    /// <summary>The figures of a row; Δ is left for <see cref="WithDelta"/>.</summary>
    public static RowFigures Of(TableRowSpec row, TableSpec table, IReadOnlyList<TrialOutcome> all)
    {
        var trials = all.Where(trial => row.Where.All(where => Shown(where.Key, trial.Spec) == where.Value)).OrderBy(static t => t.Spec.Seed).ToList();
        var reported = trials.ConvertAll(trial => table.Accuracy == AccuracyChoice.Best ? trial.Best : trial.Last).OfType<EpochFigures>().ToList();
        var figures = new RowFigures { Row = row, Trials = trials, Reported = reported.Count, Gap = FindGap(trials, reported.Count) };
        if (figures.Gap is null)
        {
            Estimate? Over(Func<EpochFigures, decimal> figure) => Estimate.Of([.. reported.Select(figure)]);
            figures = figures with
            {
                Top1 = Over(static e => 100m * e.Correct / e.Total),
                BopsPr = Over(static e => 100 * (decimal)e.BopsPr),
                BParamsPr = Over(static e => 100 * (decimal)e.BParamsPr),
                K0 = Over(static e => 100 * (decimal)e.K0),
                K1 = Over(static e => 100 * (decimal)e.K1),
                Ones = Over(static e => 100m * e.Ones / e.Weights),
                Entropy = Over(static e => (decimal)e.Entropy),
            };
        }

        var differences = FindDifferences(trials, table.Source);
        return figures with { Differences = differences, Verdict = Judge(figures, differences) };
    }

    /// <summary>The row with Δ to a baseline's mean.</summary>
    public RowFigures WithDelta(Estimate? baseline) =>
        Row.Baseline || Top1 is null || baseline is null ? this : this with { Delta = Top1.Mean - baseline.Mean };

    /// <summary>A knob's value as tables show it and rows name it.</summary>
    internal static string Shown(string knob, TrialSpec trial)
    {
        var found = Knobs.Get(knob);
        return found.Format(found.Get(trial));
    }

    private static string? FindGap(List<TrialOutcome> trials, int reported)
    {
        if (trials.Count == 0) return "no trials";
        if (trials.Exists(static trial => trial.State == TrialState.Failed)) return "failed";
        if (trials.Exists(static trial => trial.State != TrialState.Finished))
            return trials.TrueForAll(static trial => trial.State is TrialState.Waiting && trial.Attempts.Count == 0) ? "not run" : "incomplete";
        if (trials.Exists(static trial => trial.Constraint == ConstraintOutcome.Collapsed)) return "collapsed";
        return reported < trials.Count ? "target missed" : null;
    }

    private static Verdict Judge(RowFigures row, IReadOnlyList<string> differences)
    {
        if (row.Row.Published?.Top1 is not { } published) return Verdict.None;
        if (row.Top1 is not { } ours) return Verdict.NotRun;
        return differences.Count > 0 ? Verdict.NotComparable : VerdictExtensions.Judge(ours, published);
    }

    private static List<string> FindDifferences(List<TrialOutcome> trials, PublishedSource? source)
    {
        if (source is null || trials.Count == 0) return [];
        return
        [
            .. from setting in source.Setting.OrderBy(static s => s.Key, StringComparer.Ordinal)
               let ours = string.Join(", ", trials.Select(trial => Shown(setting.Key, trial.Spec)).Distinct())
               where ours != setting.Value
               select $"{setting.Key} {ours} (published: {setting.Value})",
        ];
    }
}
