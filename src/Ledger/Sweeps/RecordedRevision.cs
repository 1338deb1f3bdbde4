using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>What recording a submission did.</summary>
/// <param name="Revision">The sweep's revision: a new one when anything changed, else the latest.</param>
/// <param name="NewTrials">The number of trials that the ledger did not have before.</param>
/// <param name="Counts">The revision's trials by state, including new ones.</param>
/// <param name="Withdrawn">
/// The number of waiting trials of the previous revision that no active sweep needs any longer.
/// </param>
/// <param name="Stopping">
/// The number of running trials of the previous revision that no active sweep needs any longer: they write a checkpoint
/// and exit.
/// </param>
/// <param name="DesiredStateBefore">The sweep's desired state before the submission made it active; null for a new
/// sweep.</param>
public sealed record RecordedRevision(
    int Revision, int NewTrials, TrialCounts Counts, int Withdrawn, int Stopping, DesiredState? DesiredStateBefore);
