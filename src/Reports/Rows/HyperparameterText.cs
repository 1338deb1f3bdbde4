using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>
/// Formats a trial's hyperparameters for tables, and compares them with the texts of rows and of the paper's settings.
/// </summary>
internal static class HyperparameterText
{
    /// <summary>
    /// The hyperparameter's value as a spec writes it; "–" when this build does not have the hyperparameter.
    /// </summary>
    public static string Of(string parameter, TrialSpec trial) =>
        Hyperparameters.TryGet(parameter, out var found) ? found.Format(found.Get(trial)) : "–";

    /// <summary>The distinct values of several trials.</summary>
    public static string Of(string parameter, IEnumerable<TrialSpec> trials) =>
        string.Join(", ", trials.Select(trial => Of(parameter, trial)).Distinct());

    /// <summary>
    /// Returns a test that is true for trials whose value equals that of the text, in any notation: 95 equals 95.0. It
    /// is false for every trial when the text is not a valid value, for example a dataset of the paper that this
    /// project does not support. The text is parsed once, because a large table tests each of its trials for each row.
    /// </summary>
    public static Func<TrialSpec, bool> Test(string parameter, string text) =>
        Hyperparameters.TryGet(parameter, out var found) && found.TryParse(text, out var value)
            ? trial => Equals(found.Get(trial), value)
            : static _ => false;
}
