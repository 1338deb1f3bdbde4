using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Trials;

/// <summary>What a reader of changes has seen. Good for one process and one ledger.</summary>
/// <param name="Revision">The sweep's revision.</param>
/// <param name="DesiredState">What was wanted of it.</param>
/// <param name="Withdrawn">How many of its trials no active sweep needed.</param>
/// <param name="LastAttempt">The latest attempt of the ledger, by its row.</param>
/// <param name="Open">Trials that had been attempted and not finished, by their rows.</param>
public sealed record ChangeMark(
    int Revision, DesiredState DesiredState, int Withdrawn, long LastAttempt, IReadOnlyList<long> Open);
