using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>Some of a sweep's trials, as many as a screen shows.</summary>
/// <param name="Revision">The sweep's latest revision.</param>
/// <param name="Total">How many trials there are, on this and all other pages.</param>
/// <param name="Trials">Those of this page.</param>
public sealed record TrialPage(int Revision, int Total, IReadOnlyList<TrialProgress> Trials);

/// <summary>Which of a sweep's trials to read.</summary>
/// <param name="Skip">Trials before the page.</param>
/// <param name="Take">Trials on it, at most.</param>
/// <param name="State">Only those in this state; null: all.</param>
/// <param name="Order">What comes first.</param>
public sealed record PageRequest(int Skip, int Take, TrialState? State = null, TrialOrder Order = TrialOrder.Activity);

/// <summary>What comes first of a sweep's trials; equals stand in the order of the grid.</summary>
public enum TrialOrder
{
    /// <summary>What runs, then what failed, then what waits.</summary>
    Activity = 0,

    /// <summary>The order of the grid.</summary>
    Grid = 1,

    /// <summary>The greatest top-1 accuracy of the latest epoch.</summary>
    Accuracy = 2,
}
