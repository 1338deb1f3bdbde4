using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>
/// The state at a reader's last call, from which later changes are found. Valid for one process and one ledger.
/// </summary>
/// <param name="Revision">The sweep's revision.</param>
/// <param name="DesiredState">The sweep's desired state.</param>
/// <param name="Withdrawn">The number of the sweep's withdrawn trials.</param>
/// <param name="LastAttempt">The row number of the ledger's latest attempt.</param>
/// <param name="Open">The row numbers of trials that had been attempted and were not finished.</param>
public sealed record ChangeMark(
    int Revision, DesiredState DesiredState, int Withdrawn, long LastAttempt, IReadOnlyList<long> Open);
