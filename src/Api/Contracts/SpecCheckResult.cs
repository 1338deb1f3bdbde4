using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>The mistakes of a spec, or what a submission of the spec would do.</summary>
public sealed record SpecCheckResult
{
    /// <summary>The mistakes in the order of their lines, at most 40; empty for a valid spec.</summary>
    public required IReadOnlyList<SpecMistake> Mistakes { get; init; }

    /// <summary>What a submission would do; omitted when the spec has a mistake.</summary>
    public SpecPlan? Plan { get; init; }
}
