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
/// A row's metrics in full precision. A mean is null unless every seed has a result at its target, and a mean over
/// binary weights is null when the network has none.
/// </summary>
public sealed record RowMetrics
{
    /// <summary>The row's spec.</summary>
    public required TableRowSpec Row { get; init; }

    /// <summary>The row's trials, in seed order.</summary>
    public required IReadOnlyList<TrialOutcome> Trials { get; init; }

    /// <summary>The number of trials with a reported epoch: n of n/N.</summary>
    public required int Reported { get; init; }

    /// <summary>Why there is no mean, as text for the cell; null when there is one.</summary>
    public string? Gap { get; init; }

    /// <summary>Top-1 accuracy, percent.</summary>
    public Estimate? Top1 { get; init; }

    /// <summary>Mean top-1 minus that of the baseline row, in percentage points.</summary>
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

    /// <summary>h(U/N), in bits per weight.</summary>
    public Estimate? Entropy { get; init; }

    /// <summary>BOPs PR when a kernel with a single 1 keeps one operation of nine, percent.</summary>
    public Estimate? BopsPrK1EightNinths { get; init; }

    /// <summary>BOPs PR when only weights that are 1 cost an operation, percent.</summary>
    public Estimate? BopsPrSparse { get; init; }

    /// <summary>
    /// BOPs PR with half the operations of <see cref="BopsPrSparse"/>, because XNORs are not counted; percent.
    /// </summary>
    public Estimate? BopsPrSparseHalf { get; init; }

    /// <summary>The number of output channels whose kernels are all without a 1.</summary>
    public Estimate? EmptyFilters { get; init; }

    /// <summary>The median of φ/τ over the binary layers (<see cref="KernelStatistics.PhiOverTau"/>).</summary>
    public Estimate? PhiTau { get; init; }

    /// <summary>
    /// The operations for one image in the row's network, whether or not it was trained; null when its layers or
    /// classes are unknown.
    /// </summary>
    public RowCost? Cost { get; init; }

    /// <summary>
    /// The metrics, at the last epoch, of the trials that missed their target; null when none did. They inform the
    /// reader and are never the row's result.
    /// </summary>
    public RowMetrics? Missed { get; init; }

    /// <summary>Settings in which the row's trials differ from the published runs: "width 8 (published: 64)".</summary>
    public IReadOnlyList<string> Differences { get; init; } = [];

    /// <summary>
    /// True when the row's network is not the published one (<see cref="Architectures.Settings"/>), so that their
    /// operations cannot be compared.
    /// </summary>
    public bool IsOtherNetwork { get; init; }

    /// <summary>The difference to the baseline row with its test; null for the baseline, and without a mean.</summary>
    public RowComparison? Comparison { get; init; }

    /// <summary>The comparisons with the published values that the table shows, in the order of its metrics.</summary>
    public IReadOnlyList<MetricVerdict> Verdicts { get; init; } = [];

    /// <summary>Mean top-1 minus the published one, in percentage points; null when either is missing.</summary>
    public Interval? Difference => VerdictOn(TableColumn.Top1)?.Difference;

    /// <summary>The settings of the row's network; null when they are unknown.</summary>
    public TrialSpec? Network => Row.Network ?? (Trials.Count > 0 ? Trials[0].Spec : null);

    /// <summary>The comparison of top-1 with the published one.</summary>
    public Verdict Verdict => VerdictOn(TableColumn.Top1)?.Verdict ?? Verdict.None;

    /// <summary>
    /// For each seed with a reported epoch, the number of binary layers whose weights all have the same value, and the
    /// number of all binary layers.
    /// </summary>
    public IReadOnlyList<(int OneValued, int Layers)> OneValuedLayers { get; init; } = [];

    /// <summary>Whether resuming is exact on the devices that trained the row: the worst check of its trials.</summary>
    public ResumeCheck Resume => Trials.Select(static trial => trial.CheckOf()).DefaultIfEmpty().Max();

    /// <summary>True when finished trials of the row were trained on different device classes.</summary>
    public bool MixesDevices =>
        Trials.Where(static trial => trial.Last is not null).Select(static trial => trial.DeviceClass).OfType<string>()
            .Distinct().Skip(1).Any();

    /// <summary>Seeds whose network ended with the same value in all binary weights.</summary>
    public IReadOnlyList<int> CollapsedSeeds =>
        [.. Trials.Where(static trial => trial.Constraint == ConstraintOutcome.Collapsed)
            .Select(static trial => trial.Spec.Seed)];

    /// <summary>
    /// Computes the metrics of a row, except Δ (see <see cref="Compared"/>). Throws <see cref="BadInputException"/>
    /// when the row's condition matches trials with different settings, whose mean would have no meaning.
    /// </summary>
    public static RowMetrics Of(TableRowSpec row, TableSpec table, IReadOnlyList<TrialOutcome> all)
    {
        if (row.IsQuote)
            return new RowMetrics
            {
                Row = row,
                Trials = [],
                Reported = 0,
                Gap = "quoted",
                Cost = row.Network is { } network ? RowCost.Of(network, classes: null, reached: null) : null,
            }.WithDifferences(table);
        List<Func<TrialSpec, bool>> tests =
            [.. row.Where.Select(static where => HyperparameterText.Test(where.Key, where.Value))];
        List<TrialOutcome> trials =
        [
            .. all.Where(trial => tests.TrueForAll(test => test(trial.Spec)))
                .OrderBy(static trial => trial.Spec.Seed).ThenBy(static trial => trial.Key.Hex, StringComparer.Ordinal),
        ];
        if (trials.CountBy(static trial => trial.Spec.Seed).Any(static seed => seed.Value > 1))
            throw new BadInputException(
                $"table row '{row.Label}': where: matches trials with different settings; add the hyperparameters that "
                    + "distinguish them");

        var metrics = new RowMetrics
        {
            Row = row,
            Trials = trials,
            Reported = trials.Count(static trial => trial.Reported is not null),
            Cost = CostOf(trials, reached: null),
        };
        metrics = metrics with { Gap = FindGap(trials, metrics.Reported) };
        metrics = metrics.Gap is null ? metrics.Measured(trials, static trial => trial.Reported!)
            : metrics with
            {
                OneValuedLayers =
                OneValuedLayersOf(trials.Where(static trial => trial.Reported is not null),
                    static trial => trial.Reported!)
            };

        // A trial that missed its target has no reported epoch, but its metrics inform the reader.
        var missed = trials.FindAll(static trial => trial.Reported is null);
        if (missed.Count > 0 && trials.TrueForAll(static trial => trial.State == TrialState.Finished))
            metrics = metrics with
            {
                Missed = (metrics with { Trials = missed })
                .Measured(missed, static trial => trial.Last!)
            };
        return metrics.WithDifferences(table);
    }

    /// <summary>The comparison of a metric with the published value; null when the table shows none.</summary>
    public MetricVerdict? VerdictOn(TableColumn metric) => Verdicts.FirstOrDefault(one => one.Metric == metric);

    /// <summary>
    /// Adds to each row its difference to the baseline row (Δ), with its test. Returns the rows unchanged when the
    /// baseline has no mean.
    /// </summary>
    public static IReadOnlyList<RowMetrics> Compared(IReadOnlyList<RowMetrics> rows, RowTest test)
    {
        if (rows.FirstOrDefault(static row => row.Row.Baseline) is not { Top1: { } mean } baseline) return rows;
        var comparisons = RowComparison.Adjusted([.. rows.Select(row =>
            row.Row.Baseline || row.Top1 is null ? null
                : RowComparison.Of(row.Top1BySeed, baseline.Top1BySeed, test))]);
        return
        [
            .. rows.Zip(comparisons, (row, comparison) =>
                comparison is null ? row : row with { Delta = row.Top1!.Mean - mean.Mean, Comparison = comparison }),
        ];
    }

    /// <summary>The metrics of each seed alone. Only a row without a gap has them.</summary>
    internal IEnumerable<(int Seed, RowMetrics Metrics)> BySeed() => Trials.Select(trial =>
        (trial.Spec.Seed, (this with { Trials = [trial] }).Measured([trial], static one => one.Reported!)));

    private List<(int Seed, decimal Top1)> Top1BySeed =>
        [.. Trials.Select(static trial => (trial.Spec.Seed, PercentOf(trial.Reported!)))];

    /// <summary>Top-1 accuracy at an epoch, percent.</summary>
    internal static decimal PercentOf(EpochMetrics epoch) => 100m * epoch.Correct / epoch.Total;

    // Computes means over trials, each at the epoch that the function selects.
    private RowMetrics Measured(List<TrialOutcome> trials, Func<TrialOutcome, EpochMetrics> at)
    {
        Estimate? Over(Func<EpochMetrics, decimal> metric) =>
            Estimate.Of(trials.ConvertAll(trial => metric(at(trial))));
        var method = trials[0].Spec.Method;
        // Other methods neither remove kernels nor code them by their Hamming weight, so SBNN's rules for BOPs PR and
        // BParams PR do not apply to them.
        var isSparse = method == MethodKind.Sbnn;
        var counted = trials.ConvertAll(static trial =>
            new KernelStatistics(trial.Layers, trial.Spec.Method.PatternBits()));
        var hasLayers = counted.TrueForAll(static counts => counts.DenseBops > 0);
        Estimate? Count(Func<KernelStatistics, double> metric) =>
            hasLayers ? Estimate.Of(counted.ConvertAll(counts => (decimal)metric(counts))) : null;
        Estimate? OverSparse(Func<KernelStatistics, double> metric) => isSparse ? Count(metric) : null;
        Estimate? OverBinary(Func<EpochMetrics, decimal> metric) =>
            trials.Exists(trial => at(trial).Weights == 0) ? null : Over(metric);
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
            BopsPrK1EightNinths = OverSparse(static c => 100 * c.BopsPrK1EightNinths),
            BopsPrSparse = OverSparse(static c => 100 * c.BopsPrSparse),
            BopsPrSparseHalf = OverSparse(static c => 100 * c.BopsPrSparseNoXnor),
            EmptyFilters = Count(static c => c.EmptyFilters),
            PhiTau = method.HasDomain() ? PhiTauOf(counted) : null,
            Cost = CostOf(trials, counted),
        };
    }

    private static Estimate? PhiTauOf(List<KernelStatistics> counted)
    {
        var ratios = counted.ConvertAll(static counts => (decimal?)counts.PhiOverTau);
        return ratios.Contains(null) ? null : Estimate.Of(ratios.ConvertAll(static ratio => ratio!.Value));
    }

    private static RowCost? CostOf(List<TrialOutcome> trials, List<KernelStatistics>? reached) =>
        trials.Count == 0 ? null : RowCost.Of(
            trials[0].Spec, trials.Select(static trial => trial.Classes).FirstOrDefault(static c => c is not null),
            reached);

    // Subbit's operations follow from its network alone, so they are the same for each seed.
    private static Estimate? SubbitBopsPr(List<TrialOutcome> trials) =>
        trials[0].Spec.Method.PatternBits() is { } bits && CostOf(trials, reached: null) is { } cost
            ? Estimate.Of(trials.ConvertAll(_ => 100 * (decimal)cost.Network.SubbitBopsPr(bits)))
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

    // Compares the trials with the settings that the published row states, or else those that apply to all published
    // rows, and with the published choice of the epoch. Of a quoted row, only the network is compared.
    private RowMetrics WithDifferences(TableSpec table)
    {
        if (table.Source is not { } source) return this;
        List<TrialSpec> specs =
            Row.Network is { } network ? [network] : [.. Trials.Select(static trial => trial.Spec)];
        var differing = (
            from setting in source.SettingOf(Row.Published)
            where !Row.IsQuote || Architectures.Settings.Contains(setting.Key)
            let isEqual = HyperparameterText.Test(setting.Key, setting.Value)
            where specs.Exists(spec => !isEqual(spec))
            select setting).ToList();
        return this with
        {
            Differences =
            [
                .. differing.Select(setting =>
                    $"{setting.Key} {HyperparameterText.Of(setting.Key, specs)} (published: {setting.Value})"),
                .. !Row.IsQuote && source.Accuracy is { } accuracy && accuracy != table.Accuracy
                    ? (string[])[$"accuracy {EnumWords.Of(table.Accuracy)} (published: {EnumWords.Of(accuracy)})"] : [],
                .. CutDown(Trials),
            ],
            IsOtherNetwork = differing.Exists(static setting => Architectures.Settings.Contains(setting.Key)),
        };
    }

    // The trainer accepts a smaller copy of a published dataset only when all splits are reduced by the same factor, so
    // comparing the test images is enough.
    private static IEnumerable<string> CutDown(IEnumerable<TrialOutcome> trials) => trials
        .Where(static trial => trial is { Spec.TestImages: null, Last: { } last }
            && trial.Spec.Dataset.PublishedSize() is { } published && published.Test != last.Total)
        .Select(static trial =>
            string.Create(CultureInfo.InvariantCulture,
                $"a smaller copy of {EnumWords.Of(trial.Spec.Dataset)}, {trial.Last!.Total} test images (published: "
                    + $"{trial.Spec.Dataset.PublishedSize()!.Value.Test})"))
        .Distinct();
}
