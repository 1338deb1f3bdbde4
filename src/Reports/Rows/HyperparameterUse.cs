using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>The values of a hyperparameter in a sweep, and how those in the table were selected.</summary>
/// <param name="Name">The name in specs.</param>
/// <param name="Symbol">The paper's symbol; null when it has none.</param>
/// <param name="Final">The values in the table's rows.</param>
/// <param name="Tried">The values in all trials, in the grid's order.</param>
/// <param name="Sources">The keys of the spec that set it; empty when they are unknown.</param>
/// <param name="Rule">How the final values were selected among those tried.</param>
internal sealed record HyperparameterUse(
    string Name, string? Symbol, IReadOnlyList<string> Final, IReadOnlyList<string> Tried,
    IReadOnlyList<string> Sources, string Rule)
{
    private const int MostMissing = 12;

    private static readonly Dictionary<string, string> Symbols = new(StringComparer.Ordinal)
    {
        ["domain"] = "Ω",
        ["sparsity"] = "1 − EC",
        ["gamma"] = "γ",
        ["mixup"] = "α",
    };

    /// <summary>
    /// Each hyperparameter with an effect on a trial of the sweep, in the order of the documentation; then the seed and
    /// the reported epoch. Empty without trials.
    /// </summary>
    public static IReadOnlyList<HyperparameterUse> Of(SweepOutcome sweep, IReadOnlyList<RowMetrics> rows)
    {
        if (sweep.Trials.Count == 0) return [];
        var origins = SpecOrigins.TryRead(sweep.SpecText);
        var inRows = rows.SelectMany(static row => row.Trials).Select(static trial => trial.Key).ToHashSet();
        // A row has a cell with all its seeds, so one trial of each cell is enough.
        var cells = sweep.Trials.DistinctBy(static trial => trial.Spec with { Seed = 0 }).ToList();
        return
        [
            .. Hyperparameters.All.Select(parameter => Of(parameter, cells, inRows, origins))
                .OfType<HyperparameterUse>(),
            SeedOf(sweep.Trials, rows, inRows, origins),
            EpochOf(sweep, rows, origins),
        ];
    }

    private static HyperparameterUse? Of(
        Hyperparameter parameter, IReadOnlyList<TrialOutcome> cells, HashSet<TrialKey> inRows, SpecOrigins? origins)
    {
        // A place that no trial names (the folder of cifar10) has no effect.
        var affected = cells.Where(trial => parameter.HasEffect(trial.Spec)
            && !(parameter.IsPlace && parameter.Get(trial.Spec) is null)).ToList();
        if (affected.Count == 0) return null;
        var tried = affected.Select(trial => parameter.Get(trial.Spec)).Distinct().ToList();
        var final = affected.Where(trial => inRows.Contains(trial.Key)).Select(trial => parameter.Get(trial.Spec))
            .ToHashSet();
        return new HyperparameterUse(
            parameter.Name,
            Symbols.GetValueOrDefault(parameter.Name),
            [.. tried.Where(final.Contains).Select(parameter.Format)],
            [.. tried.Select(parameter.Format)],
            origins?.Of(parameter, affected.ConvertAll(static trial => trial.Spec)) ?? [],
            tried.Count == 1 ? "fixed"
                : NotInRows(tried.Where(value => !final.Contains(value)).Select(parameter.Format))
                ?? (affected.TrueForAll(trial => inRows.Contains(trial.Key)) ? "every value reported"
                    : "every value in a row, but not every combination"));
    }

    private static HyperparameterUse SeedOf(
        IReadOnlyList<TrialOutcome> trials, IReadOnlyList<RowMetrics> rows, HashSet<TrialKey> inRows,
        SpecOrigins? origins)
    {
        static List<string> Seeds(IEnumerable<TrialOutcome> trials) => [.. trials.Select(static trial =>
            trial.Spec.Seed.ToString(CultureInfo.InvariantCulture)).Distinct()];

        var (tried, final) = (Seeds(trials), Seeds(trials.Where(trial => inRows.Contains(trial.Key))));
        return new HyperparameterUse(
            "seed", Symbol: null, final, tried, origins is null ? [] : [origins.Of("seeds")],
            tried.Count == 1 ? "fixed"
                : NotInRows(tried.Except(final))
                ?? (rows.Any(static row => row.Trials.Count > 1) ? "seeds averaged" : "every value reported"));
    }

    // Early stopping: the epoch whose weights the table reports.
    private static HyperparameterUse EpochOf(
        SweepOutcome sweep, IReadOnlyList<RowMetrics> rows, SpecOrigins? origins)
    {
        List<int> reported =
        [
            .. rows.SelectMany(static row => row.Trials).Select(static trial => trial.Reported?.Epoch).OfType<int>()
                .Distinct().Order(),
        ];
        return new HyperparameterUse(
            "reported epoch", Symbol: null, Range(reported),
            Range([1, sweep.Trials.Max(static trial => trial.Spec.Epochs)]),
            origins is null ? [] : [origins.Of("table.accuracy")], EpochRule(sweep));
    }

    private static string[] Range(IReadOnlyList<int> sorted) => sorted.Count == 0 ? []
        : sorted[0] == sorted[^1] ? [string.Create(CultureInfo.InvariantCulture, $"{sorted[0]}")]
        : [string.Create(CultureInfo.InvariantCulture, $"{sorted[0]} to {sorted[^1]}")];

    private static string EpochRule(SweepOutcome sweep)
    {
        var specs = sweep.Trials.Select(static trial => trial.Spec).ToList();
        var atTarget = specs.Exists(SparsityTarget.Exists) ? $" at the target ({ReportedEpoch.Rule})" : "";
        if (sweep.Table.Accuracy == AccuracyChoice.Last)
            return $"the last epoch{(atTarget.Length > 0 ? $", if it is{atTarget}" : "")}";
        var chosen = string.Join(" or ", specs.Select(static spec => spec.SelectOn).Distinct().Order().Select(
            static split => split == SelectionSplit.Validation ? "of the best validation accuracy"
                : "of the best test accuracy (selection on the test set)"));
        return $"the epoch{(sweep.Table.Accuracy == AccuracyChoice.Best ? atTarget : "")} {chosen}";
    }

    private static string? NotInRows(IEnumerable<string> values)
    {
        var missing = values.ToList();
        return missing.Count == 0 ? null : $"in no row: {Wording.Named(missing, MostMissing)}";
    }
}
