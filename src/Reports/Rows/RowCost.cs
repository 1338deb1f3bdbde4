using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Statistics;

namespace Sbnn.Sweeps.Reports.Rows;

/// <summary>
/// The operations for one image in a row's network (Table 4). They follow from the network alone, except for SBNN with
/// a sparsity, whose BOPs follow from the density that training reaches.
/// </summary>
public sealed record RowCost
{
    /// <summary>The layers of the network.</summary>
    public required Architecture Network { get; init; }

    /// <summary>
    /// Binary operations: those of the dense network, or of Subbit's patterns. For SBNN with a sparsity, the mean over
    /// the seeds of half of the operations of weights that are 1; null until each seed has a value. Also null for a
    /// network without binary layers.
    /// </summary>
    public Interval? Bops { get; private init; }

    /// <summary>
    /// For SBNN with a sparsity: the BOPs when each layer has exactly the target's share of ones; null for all others.
    /// </summary>
    public decimal? BopsAtTarget { get; private init; }

    /// <summary>True when ImageNet's number of classes is assumed, because that of the images is unknown.</summary>
    public bool AssumesClasses { get; private init; }

    /// <summary>True when BOPs and OPs follow from training.</summary>
    public bool FollowsTraining => BopsAtTarget is not null;

    /// <summary>Multiply-accumulates of the full-precision layers.</summary>
    public Interval Flops => Interval.Exact(Network.RealMacs);

    /// <summary>FLOPs + BOPs/64; null while the BOPs of SBNN are unknown.</summary>
    public Interval? Ops => Bops is { } bops
        ? new Interval(
            Network.RealMacs + (bops.Middle / 64), Network.RealMacs + (bops.Low / 64),
            Network.RealMacs + (bops.High / 64))
        : FollowsTraining ? null : Flops;

    /// <summary>
    /// The operations of a network; null when its number of classes is unknown. Networks in ImageNet's layout are then
    /// counted with ImageNet's classes.
    /// </summary>
    /// <param name="network">The settings of the network.</param>
    /// <param name="classes">The number of classes of the images; null when it is unknown.</param>
    /// <param name="reached">The counts of each seed after training; null when they are incomplete.</param>
    public static RowCost? Of(TrialSpec network, int? classes, IReadOnlyCollection<KernelStatistics>? reached)
    {
        int? assumed = network.Model.IsForImageNet() ? Architectures.ImageNetClasses : null;
        if ((classes ?? assumed) is not { } outputs) return null;
        var layers = Architectures.Of(network, outputs);
        decimal? atTarget = network is { Method: MethodKind.Sbnn, Sparsity: { } sparsity }
            ? layers.DenseBops * (100 - sparsity) / 200
            : null;
        return new RowCost
        {
            Network = layers,
            AssumesClasses = classes is null,
            BopsAtTarget = atTarget,
            Bops = layers.BinaryLayers.Count == 0 ? null
                : atTarget is not null ? Reached(layers, reached)
                : Interval.Exact(network.Method.PatternBits() is { } bits
                    ? (decimal)layers.SubbitBops(bits) : layers.DenseBops),
        };
    }

    // The counts of a result without layers have no operations.
    private static Interval? Reached(Architecture network, IReadOnlyCollection<KernelStatistics>? reached) =>
        reached is null || reached.Any(static counts => counts.DenseBops == 0) ? null
        // The product is a double until its end, because decimals would show its rounding error.
        : Estimate.Of([.. reached.Select(counts => (decimal)(network.DenseBops * (1 + counts.BopsPrSparseNoXnor)))])
            ?.Interval;
}
