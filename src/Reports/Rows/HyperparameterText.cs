using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>
/// A trial's hyperparameters as tables show them, rows name them and the paper's settings are compared with them.
/// </summary>
internal static class HyperparameterText
{
    /// <summary>
    /// The hyperparameter's value as it is written in a spec; "–" where this build knows no such hyperparameter.
    /// </summary>
    public static string Of(string parameter, TrialSpec trial) =>
        Hyperparameters.TryGet(parameter, out var found) ? found.Format(found.Get(trial)) : "–";

    /// <summary>The values of all the trials, each once.</summary>
    public static string Of(string parameter, IEnumerable<TrialSpec> trials) =>
        string.Join(", ", trials.Select(trial => Of(parameter, trial)).Distinct());

    /// <summary>
    /// True when the trial holds the value that the text stands for, however it is written: 95 and 95.0 are one. A text
    /// that the hyperparameter cannot hold (a dataset of the paper's that we do not offer) is held by no trial.
    /// </summary>
    public static bool Holds(TrialSpec trial, string parameter, string text) =>
        Hyperparameters.TryGet(parameter, out var found) && found.TryParse(text, out var value)
            && Equals(found.Get(trial), value);
}
