using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// What a change of a sweep's desired state did to its trials. Trials that another active sweep needs do not change and
/// are not counted.
/// </summary>
/// <param name="Before">The previous desired state.</param>
/// <param name="Now">The new desired state.</param>
/// <param name="Withdrawn">Waiting trials that no active sweep needs any longer.</param>
/// <param name="Stopping">Running trials that no active sweep needs any longer: they write a checkpoint and
/// exit.</param>
/// <param name="Requeued">Withdrawn trials that wait again.</param>
/// <param name="Finished">The sweep's trials that have a result.</param>
public sealed record DesiredStateChange(
    DesiredState Before, DesiredState Now, int Withdrawn, int Stopping, int Requeued, int Finished);
