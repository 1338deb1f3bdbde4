namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>
/// A place among a sweep's ordered trials. It stays where it is when trials before it come, go or change: a list that
/// is read page by page
/// repeats no trial that did not move, and leaves none out.
/// </summary>
/// <param name="Group">Which group of states it is in, by <see cref="TrialOrder"/>.</param>
/// <param name="Accuracy">The share of correct images, from 0 to 1, −1 when there is no epoch; 0 where the order does
/// not ask for it.</param>
/// <param name="Order">The place in the order of the grid, from 0.</param>
public sealed record TrialPosition(int Group, double Accuracy, int Order);
