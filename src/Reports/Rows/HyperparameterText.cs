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
    /// True when the trial has the value of the text, in any notation: 95 equals 95.0. False for every trial when the
    /// text is not a valid value, for example a dataset of the paper that this project does not support.
    /// </summary>
    public static bool HasValue(TrialSpec trial, string parameter, string text) =>
        Hyperparameters.TryGet(parameter, out var found) && found.TryParse(text, out var value)
            && Equals(found.Get(trial), value);
}
