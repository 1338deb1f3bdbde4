using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Which of a sweep's trials to read.</summary>
/// <param name="Skip">Trials before the page, from <paramref name="After"/> on.</param>
/// <param name="Take">Trials on it, at most.</param>
/// <param name="State">Only those in this state; null: all.</param>
/// <param name="Order">What comes first.</param>
/// <param name="After">Only those behind this place; null: from the first.</param>
public sealed record PageRequest(
    int Skip, int Take, TrialState? State = null, TrialOrder Order = TrialOrder.Activity, TrialPosition? After = null)
{
    /// <summary>Every trial, in the order of the grid.</summary>
    public static PageRequest All { get; } = new(0, int.MaxValue, Order: TrialOrder.Grid);

    /// <summary>Every trial in one state, in the order of the grid.</summary>
    public static PageRequest AllOf(TrialState state) => All with { State = state };
}
