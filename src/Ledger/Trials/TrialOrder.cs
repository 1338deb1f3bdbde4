namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>The order of a sweep's trials. Trials that are equal in this order are in the grid's order.</summary>
public enum TrialOrder
{
    /// <summary>Running trials, then failed, then waiting ones, then the others.</summary>
    Activity = 0,

    /// <summary>The grid's order.</summary>
    Grid = 1,

    /// <summary>By top-1 accuracy of the latest epoch, highest first.</summary>
    Accuracy = 2,
}
