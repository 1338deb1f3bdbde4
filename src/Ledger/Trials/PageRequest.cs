using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Chooses which of a sweep's trials to read.</summary>
/// <param name="Skip">The number of trials to skip, counted from <paramref name="After"/>.</param>
/// <param name="Take">The largest number of trials on the page.</param>
/// <param name="State">Only trials in this state; null: all.</param>
/// <param name="Order">The order of the trials.</param>
/// <param name="After">Only trials after this position; null: from the first.</param>
public sealed record PageRequest(
    int Skip, int Take, TrialState? State = null, TrialOrder Order = TrialOrder.Activity, TrialPosition? After = null)
{
    /// <summary>
    /// Only the trials at these positions of the grid. In <see cref="TrialOrder.Grid"/> they are read in the order of
    /// this list. Null: all positions. Cannot be combined with <see cref="After"/>.
    /// </summary>
    public IReadOnlyList<int>? Positions { get; init; }

    /// <summary>Every trial, in the grid's order.</summary>
    public static PageRequest All { get; } = new(0, int.MaxValue, Order: TrialOrder.Grid);

    /// <summary>Every trial in one state, in the grid's order.</summary>
    public static PageRequest AllOf(TrialState state) => All with { State = state };
}
