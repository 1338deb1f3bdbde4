using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>
/// A row's figures in full precision. Means are there only when every seed has a result at its target, and those of
/// binary weights only where the network has any.
/// </summary>
public sealed record RowMetrics
{
    /// <summary>The row as the spec asks for it.</summary>
    public required TableRowSpec Row { get; init; }

    /// <summary>The row's trials, in seed order.</summary>
    public required IReadOnlyList<TrialOutcome> Trials { get; init; }

    /// <summary>How many trials have a figure to report: n of n/N.</summary>
    public required int Reported { get; init; }

    /// <summary>Why there is no mean, in words for the cell; null when there is one.</summary>
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

    /// <summary>BOPs PR when a kernel with a single 1 keeps one operation of nine, percent.</summary>
    public Estimate? BopsPrK1EightNinths { get; init; }

    /// <summary>BOPs PR by sparse operations, percent.</summary>
    public Estimate? BopsPrSparse { get; init; }

    /// <summary>BOPs PR by sparse operations without XNORs, percent.</summary>
    public Estimate? BopsPrSparseHalf { get; init; }

    /// <summary>Output channels whose every kernel is empty.</summary>
    public Estimate? EmptyFilters { get; init; }

    /// <summary>What an image costs in the row's network; null where its layers or classes are not known.</summary>
    public Architecture? Cost { get; init; }

    /// <summary>
    /// What the trials that missed the target came to at their last epoch; null when none did. For a reader to learn
    /// from: never the row's result.
    /// </summary>
    public RowMetrics? Missed { get; init; }

    /// <summary>Settings in which the row's trials differ from the published runs: "width 8 (published: 64)".</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>The difference to the baseline row with its test; null for the baseline, and without a mean.</summary>
    public RowComparison? Comparison { get; init; }

    /// <summary>Mean top-1 less the published one, percentage points; null where either is missing.</summary>
    public Interval? Difference { get; init; }

    /// <summary>How the row stands to the published one.</summary>
    public Verdict Verdict { get; init; }

    /// <summary>
    /// For each seed with a figure to report, the binary layers whose weights all hold one value, and all of them.
    /// </summary>
    public IReadOnlyList<(int OneValued, int Layers)> OneValuedLayers { get; init; } = [];

    /// <summary>Whether resuming is exact where the row's trials were trained: the worst of them.</summary>
    public ResumeCheck Resume => Trials.Select(static trial => trial.CheckOf()).DefaultIfEmpty().Max();

    /// <summary>True when finished trials of the row were trained on different device classes.</summary>
    public bool MixesDevices =>
        Trials.Where(static trial => trial.Last is not null).Select(static trial => trial.DeviceClass).OfType<string>()
            .Distinct().Skip(1).Any();

    /// <summary>Seeds whose network ended with one value in all its binary weights.</summary>
    public IReadOnlyList<int> CollapsedSeeds =>
        [.. Trials.Where(static trial => trial.Constraint == ConstraintOutcome.Collapsed)
            .Select(static trial => trial.Spec.Seed)];

    /// <summary>
    /// The figures of a row; Δ is left for <see cref="Compared"/>. Throws <see cref="BadInputException"/> when the
    /// row's condition fits trials of several settings, over which no mean makes sense.
    /// </summary>
    public static RowMetrics Of(TableRowSpec row, TableSpec table, IReadOnlyList<TrialOutcome> all)
    {
        if (row.IsQuote) return new RowMetrics { Row = row, Trials = [], Reported = 0, Gap = "quoted" };
        List<TrialOutcome> trials =
        [
            .. all.Where(trial => row.Where.All(where => HyperparameterText.Holds(trial.Spec, where.Key, where.Value)))
                .OrderBy(static trial => trial.Spec.Seed).ThenBy(static trial => trial.Key.Hex, StringComparer.Ordinal),
        ];
        if (trials.CountBy(static trial => trial.Spec.Seed).Any(static seed => seed.Value > 1))
            throw new BadInputException(
                $"table row '{row.Label}': its where: fits trials of several settings; name the hyperparameters that "
                    + "tell them apart");

        var figures = new RowMetrics
        {
            Row = row,
            Trials = trials,
            Reported = trials.Count(static trial => trial.Reported is not null)
        };
        figures = figures with { Gap = FindGap(trials, figures.Reported) };
        figures = figures.Gap is null ? figures.Measured(trials, static trial => trial.Reported!)
            : figures with
            {
                OneValuedLayers =
                OneValuedLayersOf(trials.Where(static trial => trial.Reported is not null),
                    static trial => trial.Reported!)
            };

        // A trial that is not at its target has nothing to report, but it can be learned from.
        var missed = trials.FindAll(static trial => trial.Reported is null);
        if (missed.Count > 0 && trials.TrueForAll(static trial => trial.State == TrialState.Finished))
            figures = figures with
            {
                Missed = (figures with { Trials = missed })
                .Measured(missed, static trial => trial.Last!)
            };
        figures = figures with
        {
            Differences = FindDifferences(trials, table, row.Published),
            Difference = figures.Top1 is { } ours && row.Published?.Top1 is { } published
                ? Interval.Between(ours, published) : null,
        };
        return figures with { Verdict = Judge(figures) };
    }

    /// <summary>The rows with Δ, and its test, to the baseline among them; as they are when it has no mean.</summary>
    public static IReadOnlyList<RowMetrics> Compared(IReadOnlyList<RowMetrics> rows)
    {
        if (rows.FirstOrDefault(static row => row.Row.Baseline) is not { Top1: { } mean } baseline) return rows;
        var comparisons = RowComparison.Adjusted([.. rows.Select(row =>
            row.Row.Baseline || row.Top1 is null ? null : RowComparison.Of(row.Top1BySeed, baseline.Top1BySeed))]);
        return
        [
            .. rows.Zip(comparisons, (row, comparison) =>
                comparison is null ? row : row with { Delta = row.Top1!.Mean - mean.Mean, Comparison = comparison }),
        ];
    }

    private List<(int Seed, decimal Top1)> Top1BySeed =>
        [.. Trials.Select(static trial => (trial.Spec.Seed, PercentOf(trial.Reported!)))];

    private static decimal PercentOf(EpochMetrics epoch) => 100m * epoch.Correct / epoch.Total;

    // Means over trials, each at one of its epochs, whose layers it holds.
    private RowMetrics Measured(List<TrialOutcome> trials, Func<TrialOutcome, EpochMetrics> at)
    {
        Estimate? Over(Func<EpochMetrics, decimal> figure) =>
            Estimate.Of(trials.ConvertAll(trial => figure(at(trial))));
        var method = trials[0].Spec.Method;
        var isSparse = method == MethodKind.Sbnn; // No other method removes kernels, or codes them by their weight.
        var counted = trials.ConvertAll(static trial =>
            new KernelStatistics(trial.Layers, trial.Spec.Method.PatternBits()));
        var hasLayers = counted.TrueForAll(static counts => counts.DenseBops > 0);
        Estimate? Count(Func<KernelStatistics, double> figure) =>
            hasLayers ? Estimate.Of(counted.ConvertAll(counts => (decimal)figure(counts))) : null;
        Estimate? Spare(Func<KernelStatistics, double> figure) => isSparse ? Count(figure) : null;
        Estimate? OverBinary(Func<EpochMetrics, decimal> figure) =>
            trials.Exists(trial => at(trial).Weights == 0) ? null : Over(figure);
        return this with
        {
            OneValuedLayers = OneValuedLayersOf(trials, at),
            Top1 = Over(PercentOf),
            BopsPr = isSparse ? Over(static e => 100 * (decimal)e.BopsPr) : SubbitBopsPr(trials),
            BParamsPr = isSparse ? Over(static e => 100 * (decimal)e.BParamsPr)
                : method.PatternBits() is not null ? Count(static c => 100 * c.BParamsPr) : null,
            K0 = OverBinary(static e => 100 * (decimal)e.K0),
            K1 = OverBinary(static e => 100 * (decimal)e.K1),
            Ones = OverBinary(static e => 100m * e.Ones / e.Weights),
            Entropy = OverBinary(static e => (decimal)e.Entropy),
            BopsPrK1EightNinths = Spare(static c => 100 * c.BopsPrK1EightNinths),
            BopsPrSparse = Spare(static c => 100 * c.BopsPrSparse),
            BopsPrSparseHalf = Spare(static c => 100 * c.BopsPrSparseNoXnor),
            EmptyFilters = Count(static c => c.EmptyFilters),
            Cost = CostOf(trials[0]),
        };
    }

    private static Architecture? CostOf(TrialOutcome trial) =>
        trial.Classes is { } classes ? Architectures.Of(trial.Spec, classes) : null;

    // Subbit's operations follow from its network alone, so they are the same for each seed.
    private static Estimate? SubbitBopsPr(List<TrialOutcome> trials) =>
        trials[0].Spec.Method.PatternBits() is { } bits && CostOf(trials[0]) is { } network
            ? Estimate.Of(trials.ConvertAll(_ => 100 * (decimal)network.SubbitBopsPr(bits)))
            : null;

    private static IReadOnlyList<(int OneValued, int Layers)> OneValuedLayersOf(
        IEnumerable<TrialOutcome> trials, Func<TrialOutcome, EpochMetrics> at) =>
        [.. trials.Select(trial => (at(trial).OneValuedLayers, at(trial).Layers))];

    private static string? FindGap(List<TrialOutcome> trials, int reported)
    {
        var failed = trials.Count(static trial => trial.State == TrialState.Failed);
        var diverged = trials.Count(static trial => trial.HasDiverged);
        var finished = trials.Count(static trial => trial.State == TrialState.Finished);
        if (diverged > 0 && diverged == failed)
            return string.Create(CultureInfo.InvariantCulture, $"diverged {diverged}/{trials.Count}");
        if (failed > 0) return string.Create(CultureInfo.InvariantCulture, $"failed {failed}/{trials.Count}");
        if (finished == 0) return "not run";
        if (finished < trials.Count) return "incomplete";
        return reported == trials.Count ? null
            : string.Create(CultureInfo.InvariantCulture, $"target missed {finished - reported}/{trials.Count}");
    }

    private static Verdict Judge(RowMetrics row)
    {
        if (row.Row.Published?.Top1 is null) return Verdict.None;
        if (row.Trials.Count == 0 || row.Trials.Any(static trial => trial.State != TrialState.Finished))
            return Verdict.NotRun;
        if (row.Differences.Count > 0) return Verdict.NotComparable;
        return row.Difference is { } difference ? VerdictExtensions.Judge(difference) : Verdict.Underpowered;
    }

    // The settings that the published row states, its own before those of all rows, and how its epoch was chosen.
    private static List<string> FindDifferences(
        List<TrialOutcome> trials, TableSpec table, PublishedRow? published)
    {
        if (table.Source is not { } source) return [];
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in source.Setting.Concat(published?.Setting ?? new Dictionary<string, string>()))
            settings[name] = value;
        return
        [
            .. from setting in settings
               where trials.Exists(trial => !HyperparameterText.Holds(trial.Spec, setting.Key, setting.Value))
               select $"{setting.Key} {HyperparameterText.Of(setting.Key, trials.Select(static trial => trial.Spec))} "
                   + $"(published: {setting.Value})",
            .. source.Accuracy is { } accuracy && accuracy != table.Accuracy
                ? (string[])[$"accuracy {EnumWords.Of(table.Accuracy)} (published: {EnumWords.Of(accuracy)})"] : [],
            .. CutDown(trials),
        ];
    }

    // The trainer accepts a smaller copy of a published dataset only when it is cut down evenly, so the test images
    // tell of the others too.
    private static IEnumerable<string> CutDown(List<TrialOutcome> trials) => trials
        .Where(static trial => trial is { Spec.TestImages: null, Last: { } last }
            && trial.Spec.Dataset.PublishedSize() is { } published && published.Test != last.Total)
        .Select(static trial =>
            string.Create(CultureInfo.InvariantCulture,
                $"a smaller copy of {EnumWords.Of(trial.Spec.Dataset)}, {trial.Last!.Total} test images (published: "
                    + $"{trial.Spec.Dataset.PublishedSize()!.Value.Test})"))
        .Distinct();
}
