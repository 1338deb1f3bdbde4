using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Reports;

/// <summary>
/// A spec of which nothing was run, as reports see it: published values, counts of trials, "not run".
/// </summary>
public static class SpecOutcome
{
    /// <summary>
    /// The outcome of a spec, without a revision. The keys of its trials are not those of a run, because no images are
    /// read. Throws <see cref="BadInputException"/> as <see cref="SweepSpec.Cells"/> does.
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
