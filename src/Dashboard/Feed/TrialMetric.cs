using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Dashboard.Feed;

/// <summary>A metric of a finished trial, at the epoch that the sweep's table reports.</summary>
/// <param name="Name">The metric's name in addresses.</param>
/// <param name="Heading">The heading.</param>
/// <param name="Decimals">Decimals that pages show; the unit is percent.</param>
/// <param name="Of">Reads the metric from an outcome and its reported epoch; null when it does not apply.</param>
public sealed record TrialMetric(
    string Name, string Heading, int Decimals, Func<TrialOutcome, EpochMetrics, double?> Of)
{
    /// <summary>All metrics, accuracy first.</summary>
    public static IReadOnlyList<TrialMetric> All { get; } =
    [
        new("top1", "top-1 %", 2, static (_, epoch) => 100.0 * epoch.Correct / epoch.Total),
        new("bops-pr", "BOPs PR %", 1, static (trial, epoch) => OfSbnn(trial, epoch.BopsPr)),
        new("bparams-pr", "BParams PR %", 1, static (trial, epoch) => OfSbnn(trial, epoch.BParamsPr)),
        new("k0", "K₀ %", 1, static (_, epoch) => OfBinary(epoch, epoch.K0)),
        new("k1", "K₁ %", 1, static (_, epoch) => OfBinary(epoch, epoch.K1)),
        new("ones", "ones %", 1, static (_, epoch) => OfBinary(epoch, (double)epoch.Ones / epoch.Weights)),
    ];

    // SBNN's rules for operations and parameters do not apply to other methods.
    private static double? OfSbnn(TrialOutcome trial, double share) =>
        trial.Spec.Method == MethodKind.Sbnn ? 100 * share : null;

    private static double? OfBinary(EpochMetrics epoch, double share) => epoch.Weights == 0 ? null : 100 * share;
}
