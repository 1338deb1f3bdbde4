using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>
/// Explains what is new about planned trials in comparison with known trials: the settings for which no known trial has
/// the same value. The text has the values of all planned trials, so that trials that are new for the same cause have
/// the same text.
/// </summary>
internal sealed class SpecDifference
{
    private const int MostShown = 4;
    private const int MostSettings = 3;
    private readonly List<TrialSpec> _known;
    private readonly HashSet<DatasetKind> _datasets;
    private readonly IReadOnlyList<(Setting Setting, HashSet<string> Known, HashSet<string> New)> _values;

    public SpecDifference(IEnumerable<TrialSpec> known, IReadOnlyCollection<TrialSpec> planned)
    {
        _known = [.. known];
        _datasets = [.. _known.Select(static trial => trial.Dataset)];
        _values = [.. Setting.All.Select(setting =>
        {
            var values = setting.ValuesOf(_known);
            return (setting, values, setting.ValuesOf(planned).Except(values).ToHashSet(StringComparer.Ordinal));
        })];
    }

    /// <summary>Explains why the ledger does not have this trial.</summary>
    public string Explain(TrialSpec trial)
    {
        if (_known.Count == 0) return "new: the ledger has no trials to compare with";
        if (!_datasets.Contains(trial.Dataset))
            return $"new: no earlier trial has dataset {EnumWords.Of(trial.Dataset)}";
        var other = _values.Where(known => known.Setting.HasEffect(trial)
            && !known.Known.Contains(known.Setting.ValueOf(trial))).ToList();
        if (other.Count > 1) other.RemoveAll(static known => known.Setting == Setting.Seed);
        // A setting without an effect on earlier trials (γ without a target) is new because of another setting.
        if (other.Exists(static known => known.Known.Count > 0))
            other.RemoveAll(static known => known.Known.Count == 0);
        if (other.Count > MostSettings) return "new: no earlier trial is similar";
        if (other.Count > 0)
        {
            var values = other.Select(static known => $"{known.Setting.Name} {Listed(known.New)}");
            var earlier = other.Select(known => known.Known.Count == 0 ? $"no {known.Setting.Name}"
                : other.Count == 1 ? Listed(known.Known) : $"{known.Setting.Name} {Listed(known.Known)}");
            return $"new: {string.Join("; ", values)} (earlier trials: {string.Join("; ", earlier)})";
        }

        if (_known.Exists(known => Setting.All.All(setting => setting.ValueOf(known) == setting.ValueOf(trial))))
            return "new: only an earlier version of the training recipe has trained this trial, and its results are "
                + "not comparable";
        var varying = _values.Where(static known => known.Known.Count > 1).Select(static known => known.Setting.Name)
            .ToList();
        return "new: this combination of "
            + (varying.Count > MostShown ? "settings" : string.Join(", ", varying));
    }

    private static string Listed(HashSet<string> values)
    {
        var sorted = values.OrderBy(static value =>
            decimal.TryParse(value, CultureInfo.InvariantCulture, out var number) ? number : decimal.MaxValue)
            .ThenBy(static value => value, StringComparer.Ordinal);
        return string.Join(", ", sorted.Take(MostShown)) + (values.Count > MostShown ? ", …" : "");
    }

    /// <summary>
    /// A setting that is part of a trial's identity: a hyperparameter, the seed, or the images' digest.
    /// </summary>
    private sealed record Setting(string Name, Func<TrialSpec, string> ValueOf, Func<TrialSpec, bool> HasEffect)
    {
        public static Setting Seed { get; } =
            new("seed", static trial => trial.Seed.ToString(CultureInfo.InvariantCulture), static _ => true);

        public static IReadOnlyList<Setting> All { get; } =
        [
            .. Hyperparameters.All.Where(static parameter => !parameter.IsPlace)
                .Select(static parameter =>
                    new Setting(parameter.Name, trial => parameter.Format(parameter.Get(trial)), parameter.HasEffect)),
            Seed,
            new("the images' digest", static trial => $"{trial.DataDigest?[..8]}…", static _ => true),
        ];

        public HashSet<string> ValuesOf(IEnumerable<TrialSpec> trials) =>
            trials.Where(HasEffect).Select(ValueOf).ToHashSet(StringComparer.Ordinal);
    }
}
