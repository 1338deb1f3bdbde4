using System.Globalization;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;
using Sbnn.Sweeps.Reports.Rows;

namespace Sbnn.Sweeps.Reports.Claims;

/// <summary>
/// Finds the settings (epochs, width, images) in which a row's trials are smaller than the published runs. Where a
/// table has no published runs, the full recipe takes their place: the defaults of <see cref="TrialSpec"/>, which are
/// the paper's settings (300 epochs, width 64, all images), on CIFAR-10 or CIFAR-100. None of the paper's experiments
/// with these networks is smaller, so results of smaller trials show nothing about the paper's claims.
/// </summary>
internal static class ClaimScale
{
    private const string Published = "published";
    private const string FullRecipe = "full recipe";

    /// <summary>The settings that are smaller, as texts: "epochs 24 (published: 300)"; empty at full scale.</summary>
    public static IReadOnlyList<string> Shortfalls(RowMetrics row, TableSpec table)
    {
        var settings = table.Source?.SettingOf(row.Row.Published) ?? new Dictionary<string, string>();
        return [.. row.Trials.SelectMany(trial => Shortfalls(trial, settings)).Distinct()];
    }

    private static IEnumerable<string> Shortfalls(TrialOutcome trial, IReadOnlyDictionary<string, string> settings)
    {
        var (spec, size) = (trial.Spec, trial.Spec.Dataset.PublishedSize());
        if (Smaller("epochs", spec, settings, whole: null) is { } epochs) yield return epochs;
        if (Smaller("width", spec, settings, whole: null) is { } width) yield return width;
        // Only the datasets of the paper have a known size. An image folder may contain any part of them.
        if (size is null)
            yield return settings.TryGetValue("dataset", out var dataset)
                ? Text("dataset", spec, dataset, Published) : Text("dataset", spec, "cifar10 or cifar100", FullRecipe);
        if (Smaller("train-images", spec, settings, size?.Train) is { } train) yield return train;
        if (Smaller("test-images", spec, settings, size?.Test) is { } test) yield return test;
        if (spec.ValidationImages is { } held && held > (Value("validation-images", settings).Number ?? 0))
            yield return Text("validation-images", spec, settings.GetValueOrDefault("validation-images", "none"),
                settings.ContainsKey("validation-images") ? Published : FullRecipe);
        if (size is { } full && spec.TestImages is null && trial.Last is { } last && last.Total < full.Test)
            yield return string.Create(CultureInfo.InvariantCulture,
                $"a smaller copy of {EnumWords.Of(spec.Dataset)}, {last.Total} test images ({Published}: {full.Test})");
    }

    // A trial that sets no number of images uses all of them. Then "whole", their number, is compared; it is null when
    // unknown.
    private static string? Smaller(
        string name, TrialSpec spec, IReadOnlyDictionary<string, string> settings, int? whole)
    {
        var (published, isStated) = Value(name, settings);
        var ours = (int?)Hyperparameters.Get(name).Get(spec) ?? whole;
        var isSmaller = ours is { } number && number < (published ?? whole ?? int.MaxValue);
        return isSmaller
            ? Text(name, spec, Hyperparameters.Get(name).Format(published), isStated ? Published : FullRecipe) : null;
    }

    private static (int? Number, bool IsStated) Value(string name, IReadOnlyDictionary<string, string> settings)
    {
        var parameter = Hyperparameters.Get(name);
        return settings.TryGetValue(name, out var text) && parameter.TryParse(text, out var value)
            ? ((int?)value, true) : ((int?)parameter.Default, false);
    }

    private static string Text(string name, TrialSpec spec, string published, string which) =>
        $"{name} {HyperparameterText.Of(name, spec)} ({which}: {published})";
}
