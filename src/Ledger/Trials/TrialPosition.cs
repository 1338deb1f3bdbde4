namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>
/// A position among a sweep's ordered trials. It stays valid when trials before it change, so a list that is read page
/// by page neither repeats nor omits a trial that did not move.
/// </summary>
/// <param name="Group">
/// The number, from 0, of the group of states in <see cref="TrialOrder.Activity"/>; 0 in the other orders.
/// </param>
/// <param name="Accuracy">The share of correct images, from 0 to 1; −1 before the first epoch; 0 when the trials are
/// not ordered by accuracy.</param>
/// <param name="Order">The position in the grid, from 0.</param>
public sealed record TrialPosition(int Group, double Accuracy, int Order);
