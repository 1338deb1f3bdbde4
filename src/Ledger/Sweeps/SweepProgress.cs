using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>A sweep's latest revision and where its trials stand.</summary>
/// <param name="Name">The sweep's id.</param>
/// <param name="Revision">The latest revision.</param>
/// <param name="DesiredState">What is wanted of it.</param>
/// <param name="Priority">Higher goes first.</param>
/// <param name="Trials">Its trials, in the order of the grid.</param>
public sealed record SweepProgress(
    string Name, int Revision, DesiredState DesiredState, int Priority, IReadOnlyList<TrialProgress> Trials);
