namespace Sbnn.Sweeps.Ledger.Trials;

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
