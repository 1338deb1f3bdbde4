using System.Collections.Frozen;
using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// The settings that distinguish the trials of a sweep's revision, held in memory by setting. They never change, so
/// searching and sorting a large sweep reads no specs from the ledger.
/// </summary>
public sealed class TrialIndex
{
    private readonly IReadOnlyList<KeyedTrial> _trials;

    /// <summary>Indexes the trials of a revision, in the grid's order.</summary>
    public TrialIndex(IReadOnlyList<KeyedTrial> trials)
    {
        // The specs of all trials would take much memory. Only the first one is kept, for the settings that all share.
        Labels = new TrialLabels(trials.Select(static trial => trial.Spec));
        var texts = trials.Select(trial => Labels.Of(trial.Spec)).ToList();
        Axes = [.. Labels.Headers.Select((name, column) => TrialAxis.Of(name, [.. texts.Select(of => of[column])]))];
        Keys = [.. trials.Select(static trial => trial.Key)];
        _trials = [.. trials.Take(1)];
    }

    /// <summary>The labels that distinguish the trials.</summary>
    public TrialLabels Labels { get; }

    /// <summary>The distinguishing settings and the seed, in the order of <see cref="TrialLabels.Headers"/>.</summary>
    public IReadOnlyList<TrialAxis> Axes { get; }

    /// <summary>The trials' keys, in the grid's order.</summary>
    public IReadOnlyList<TrialKey> Keys { get; }

    /// <summary>
    /// The positions in the grid of the trials that a search finds, sorted as it asks; null when it finds all trials
    /// and sorts by no setting.
    /// </summary>
    public IReadOnlyList<int>? Find(TrialSearch search)
    {
        var terms = search.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var sorted = Axes.FirstOrDefault(axis => axis.Name == search.SortedBy);
        if (terms.Length == 0 && sorted is null) return null;
        var tests = terms.Select(TestOf).ToList();
        var found = Enumerable.Range(0, Keys.Count).Where(trial => tests.TrueForAll(test => test(trial)));
        return sorted is null ? [.. found]
            : search.IsDescending ? [.. found.OrderByDescending(trial => sorted.Places[trial])]
            : [.. found.OrderBy(trial => sorted.Places[trial])];
    }

    private Func<int, bool> TestOf(string term)
    {
        if (term.Split('=', 2) is [var name, var value]) return TestOf(name, value);
        // A word is looked up once in each setting's few values instead of once in each trial.
        var axes = Axes.Select(axis => (axis.Places, Matching: axis.Values.Index()
            .Where(one => one.Item.Contains(term, StringComparison.OrdinalIgnoreCase))
            .Select(static one => one.Index).ToFrozenSet())).Where(static axis => axis.Matching.Count > 0).ToList();
        return trial => axes.Exists(axis => axis.Matching.Contains(axis.Places[trial]))
            || Keys[trial].Hex.StartsWith(term, StringComparison.OrdinalIgnoreCase);
    }

    private Func<int, bool> TestOf(string name, string written)
    {
        var value = Hyperparameters.TryGet(name, out var parameter) && parameter.TryParse(written, out var read)
            ? parameter.Format(read)
            : written;
        if (Axes.FirstOrDefault(axis => axis.Name == name) is not { } axis)
        {
            var isShared = parameter is not null
                && _trials.Any(trial => parameter.Format(parameter.Get(trial.Spec)) == value);
            return _ => isShared;
        }

        var place = axis.Values.Index().Where(one => one.Item.Equals(value, StringComparison.OrdinalIgnoreCase))
            .Select(static one => (int?)one.Index).FirstOrDefault();
        return trial => axis.Places[trial] == place;
    }
}

/// <summary>A distinguishing setting of a sweep's trials.</summary>
/// <param name="Name">Its name in specs.</param>
/// <param name="Values">Its different values: numbers in ascending order, then words in the grid's order.</param>
/// <param name="Places">For each trial, in the grid's order, the place of its value in
/// <paramref name="Values"/>.</param>
public sealed record TrialAxis(string Name, IReadOnlyList<string> Values, IReadOnlyList<int> Places)
{
    internal static TrialAxis Of(string name, IReadOnlyList<string> texts)
    {
        List<string> values = [.. texts.Distinct().OrderBy(static text => NumberIn(text) ?? double.PositiveInfinity)];
        var places = values.Index().ToFrozenDictionary(static one => one.Item, static one => one.Index);
        return new TrialAxis(name, values, [.. texts.Select(text => places[text])]);
    }

    private static double? NumberIn(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>A search in a sweep's trials.</summary>
/// <param name="Text">Words that a trial's settings contain or its key begins with, and settings such as
/// <c>sparsity=95</c>; a trial must match all of them. Empty: all trials.</param>
/// <param name="SortedBy">The name of the setting by which to sort; null: the order of the page's request.</param>
/// <param name="IsDescending">True to sort from the last value to the first.</param>
public sealed record TrialSearch(string Text, string? SortedBy = null, bool IsDescending = false);
