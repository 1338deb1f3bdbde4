using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep's latest revision and the progress of its trials.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Revision">The number of the latest revision.</param>
/// <param name="DesiredState">The sweep's desired state.</param>
/// <param name="Priority">Trials of a higher priority get free slots first.</param>
/// <param name="Trials">The trials, in the grid's order.</param>
public sealed record SweepProgress(
    string Name, int Revision, DesiredState DesiredState, int Priority, IReadOnlyList<TrialProgress> Trials);
