using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>A trial's knobs as tables show them, rows name them and the paper's settings are compared with them.</summary>
internal static class KnobText
{
    /// <summary>The knob's value as it is written in a spec; "–" where this build knows no such knob.</summary>
    public static string Of(string knob, TrialSpec trial) => Knobs.TryGet(knob, out var found) ? found.Format(found.Get(trial)) : "–";

    /// <summary>The values of all the trials, each once.</summary>
    public static string Of(string knob, IEnumerable<TrialSpec> trials) => string.Join(", ", trials.Select(trial => Of(knob, trial)).Distinct());

    /// <summary>
    /// True when the trial holds the value that the text stands for, however it is written: 95 and 95.0 are one. A text that the knob
    /// cannot hold (a dataset of the paper's that we do not offer) is held by no trial.
    /// </summary>
    public static bool Holds(TrialSpec trial, string knob, string text) =>
        Knobs.TryGet(knob, out var found) && found.TryParse(text, out var value) && Equals(found.Get(trial), value);
}
