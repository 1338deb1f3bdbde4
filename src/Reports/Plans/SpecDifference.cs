using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Plans;

/// <summary>
/// Explains what is new about a trial in comparison with known trials: the settings for which no known trial has the
/// same value.
/// </summary>
internal sealed class SpecDifference
{
    private const int MostShown = 4;
    private readonly List<TrialSpec> _known;
    private readonly IReadOnlyList<(Setting Setting, HashSet<string> Values)> _values;

    public SpecDifference(IEnumerable<TrialSpec> known)
    {
        _known = [.. known];
        _values = [.. Setting.All.Select(setting =>
            (setting, _known.Where(setting.HasEffect).Select(setting.ValueOf).ToHashSet(StringComparer.Ordinal)))];
    }

    /// <summary>Explains why the ledger does not have this trial.</summary>
    public string Explain(TrialSpec trial)
    {
        if (_known.Count == 0) return "new: the ledger has no trials to compare with";
        var other = _values.Where(known => known.Setting.HasEffect(trial)
            && !known.Values.Contains(known.Setting.ValueOf(trial))).ToList();
        if (other.Count > 0)
        {
            var names = string.Join(" and ", other.Select(static known => known.Setting.Name));
            var values = string.Join("; ",
                other.Select(known => other.Count == 1 ? Listed(known.Values)
                    : $"{known.Setting.Name} {Listed(known.Values)}"));
            return $"new: {names} {(other.Count == 1 ? "differs" : "differ")} from earlier trials ({values})";
        }

        if (_known.Exists(known => Setting.All.All(setting => setting.ValueOf(known) == setting.ValueOf(trial))))
            return "new: only an earlier version of the training recipe has trained this trial, and its results are "
                + "not comparable";
        var varying = _values.Where(static known => known.Values.Count > 1).Select(static known => known.Setting.Name);
        return $"new: this combination of {string.Join(", ", varying)}";
    }

    private static string Listed(HashSet<string> values)
    {
        if (values.Count == 0) return "none set";
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
        public static IReadOnlyList<Setting> All { get; } =
        [
            .. Hyperparameters.All.Where(static parameter => !parameter.IsPlace)
                .Select(static parameter =>
                    new Setting(parameter.Name, trial => parameter.Format(parameter.Get(trial)), parameter.HasEffect)),
            new("seed", static trial => trial.Seed.ToString(CultureInfo.InvariantCulture), static _ => true),
            new("the images' digest", static trial => $"{trial.DataDigest?[..8]}…", static _ => true),
        ];
    }
}
