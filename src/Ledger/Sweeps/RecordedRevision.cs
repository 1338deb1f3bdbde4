using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>What recording a submission did.</summary>
/// <param name="Revision">The sweep's revision: a new one when anything changed, else the latest.</param>
/// <param name="NewTrials">Trials that the ledger did not know before.</param>
/// <param name="Counts">Where the revision's trials stand now, new ones included.</param>
/// <param name="Withdrawn">Waiting trials of the revision before that no active sweep needs any longer.</param>
/// <param name="Stopping">
/// Running trials of the revision before that no active sweep needs any longer: they write a checkpoint and leave.
/// </param>
/// <param name="DesiredStateBefore">
/// What was wanted of the sweep before, as a submission makes it active; null for a new sweep.
/// </param>
public sealed record RecordedRevision(
    int Revision, int NewTrials, TrialCounts Counts, int Withdrawn, int Stopping, DesiredState? DesiredStateBefore);
