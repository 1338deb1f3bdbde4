using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Core.Specs;

/// <summary>What is allowed in a spec but hardly meant. A run goes on with it; a user should know before it trains.</summary>
public static class SpecHints
{
    /// <summary>The hints for a sweep's trials, each once.</summary>
    public static IEnumerable<string> Of(IEnumerable<TrialSpec> trials) =>
        from sparsity in trials.Select(static trial => trial.Sparsity).Distinct()
        where sparsity is > 0 and < 1
        let written = sparsity.Value.ToString(CultureInfo.InvariantCulture)
        select $"sparsity: {written} means {written} % of the weights; "
            + $"did you mean {(100 * sparsity.Value).ToString("0.#######", CultureInfo.InvariantCulture)}?";
}
