using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports;

/// <summary>
/// Creates the outcome of a spec that was not run. Its report shows published values and the numbers of trials, and
/// "not run" in place of results.
/// </summary>
public static class SpecOutcome
{
    /// <summary>
    /// The outcome of a spec; it has revision 0. The keys of its trials differ from those of a run, because they
    /// contain a placeholder instead of the images' digest. Throws <see cref="BadInputException"/> as
    /// <see cref="SweepSpec.Cells"/> does.
    /// </summary>
    /// <param name="spec">The spec.</param>
    /// <param name="text">Its YAML.</param>
    public static SweepOutcome Of(SweepSpec spec, string text)
    {
        var trials = spec.Expand(static place => $"not read: {EnumWords.Of(place.Dataset)} {place.Folder}").Trials;
        return new SweepOutcome(
            spec.Name, Revision: 0, spec.Table,
            [
                .. trials.Select(static trial => new TrialOutcome
                {
                    Key = trial.Key, Spec = trial.Spec, State = TrialState.Waiting,
                }),
            ])
        {
            SpecText = text,
        };
    }
}
