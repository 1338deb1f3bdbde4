using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Importance;

/// <summary>
/// The importance of a sweep's hyperparameters: the analysis of variance of the top-1 accuracies that the table reports
/// (percent), with the hyperparameters that vary as factors and the seeds as replicates.
/// </summary>
/// <remarks>
/// Only trials on which the same varying hyperparameters have an effect can form a full grid: γ has none without a
/// target. Such trials are a part of the sweep, and its largest part is analysed, as a whole or not at all.
/// </remarks>
internal sealed record SweepImportance
{
    /// <summary>The analysis; null when there is none.</summary>
    public AnalysisOfVariance? Analysis { get; private init; }

    /// <summary>Why there is no analysis, as a part of a sentence; null with an analysis.</summary>
    public string? Reason { get; private init; }

    /// <summary>The hyperparameters that vary within the part, in their documented order.</summary>
    public IReadOnlyList<VarianceFactor> Factors { get; private init; } = [];

    /// <summary>The part's trials.</summary>
    public int Trials { get; private init; }

    /// <summary>The seeds of each combination.</summary>
    public int Seeds { get; private init; }

    /// <summary>The sweep's trials outside of the part.</summary>
    public int LeftOut { get; private init; }

    /// <summary>Hyperparameters with an effect on the part, or on the trials left out, but not on both.</summary>
    public IReadOnlyList<string> Differing { get; private init; } = [];

    /// <summary>Analyses a sweep, or finds why it cannot be analysed.</summary>
    public static SweepImportance Of(SweepOutcome sweep)
    {
        var varying = new TrialLabels(sweep.Trials.Select(static trial => trial.Spec)).Varying;
        if (varying.Count == 0) return Without("no hyperparameter varies");
        string Effective(TrialOutcome trial) => string.Join(' ', Affecting(varying, trial));
        var part = sweep.Trials.GroupBy(Effective, StringComparer.Ordinal).MaxBy(static part => part.Count())!.ToList();
        var factors = varying.Where(parameter => parameter.HasEffect(part[0].Spec)
            && part.Select(trial => parameter.Get(trial.Spec)).Distinct().Skip(1).Any()).ToList();
        if (factors.Count == 0)
            return Without("no hyperparameter varies among trials on which the same hyperparameters have an effect");

        var levels = factors.ConvertAll(parameter =>
            part.Select(trial => parameter.Get(trial.Spec)).Distinct().ToList());
        var cells = part.GroupBy(trial => CellOf(trial, factors, levels)).OrderBy(static cell => cell.Key)
            .Select(static cell => cell.OrderBy(static trial => trial.Spec.Seed).ToList()).ToList();
        if (FindReason(part, cells, factors, levels) is { } reason) return Without(reason);

        List<VarianceFactor> design = [.. factors.Zip(levels,
            static (parameter, values) => new VarianceFactor(parameter.Name, values.Count))];
        var accuracies = cells.SelectMany(static cell => cell)
            .Select(static trial => RowMetrics.PercentOf(trial.Reported!));
        if (AnalysisOfVariance.Of(design, cells[0].Count, [.. accuracies]) is not { } analysis)
            return Without("all trials have the same accuracy");
        return new SweepImportance
        {
            Analysis = analysis,
            Factors = design,
            Trials = part.Count,
            Seeds = cells[0].Count,
            LeftOut = sweep.Trials.Count - part.Count,
            Differing =
            [
                .. varying.Where(parameter => parameter.HasEffect(part[0].Spec)
                    ? sweep.Trials.Any(trial => !parameter.HasEffect(trial.Spec))
                    : sweep.Trials.Any(trial => parameter.HasEffect(trial.Spec))).Select(static one => one.Name),
            ],
        };
    }

    private static SweepImportance Without(string reason) => new() { Reason = reason };

    private static IEnumerable<string> Affecting(IReadOnlyList<Hyperparameter> varying, TrialOutcome trial) =>
        varying.Where(parameter => parameter.HasEffect(trial.Spec)).Select(static parameter => parameter.Name);

    // The place of a trial's combination in the full grid, with the last factor varying fastest.
    private static long CellOf(
        TrialOutcome trial, List<Hyperparameter> factors, List<List<object?>> levels) =>
        factors.Zip(levels).Aggregate(0L, (place, factor) =>
            (place * factor.Second.Count) + factor.Second.IndexOf(factor.First.Get(trial.Spec)));

    private static string? FindReason(
        List<TrialOutcome> part, List<List<TrialOutcome>> cells, List<Hyperparameter> factors,
        List<List<object?>> levels)
    {
        var names = Wording.Listed(" × ", factors.Select(static parameter => parameter.Name));
        var combinations = levels.Aggregate(1.0, static (product, values) => product * values.Count);
        if (cells.Count < combinations)
            return string.Create(CultureInfo.InvariantCulture,
                $"{names} is not a full grid: the trials have {cells.Count} of its {combinations} combinations");
        if (cells.Exists(cell => !Seeds(cell).SequenceEqual(Seeds(cells[0]))))
            return $"{names} is not a full grid: its combinations do not have the same seeds";
        var finished = part.Count(static trial => trial.State == TrialState.Finished);
        if (finished < part.Count)
            return string.Create(CultureInfo.InvariantCulture, $"{finished} of {part.Count} trials are finished");
        var missed = part.Count(static trial => trial.Reported is null);
        return missed == 0 ? null : string.Create(CultureInfo.InvariantCulture,
            $"{missed} of {part.Count} trials missed their target, so the table reports no accuracy of theirs");

        static IEnumerable<int> Seeds(List<TrialOutcome> cell) => cell.Select(static trial => trial.Spec.Seed);
    }
}
