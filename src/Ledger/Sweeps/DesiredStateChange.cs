using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// What a change of a sweep's desired state did to its trials. Trials that another active sweep needs are not withdrawn
/// or stopped.
/// </summary>
/// <param name="Before">The previous desired state.</param>
/// <param name="Now">The new desired state.</param>
/// <param name="Withdrawn">The number of waiting trials that were withdrawn.</param>
/// <param name="Stopping">The number of running trials that will write a checkpoint and exit.</param>
/// <param name="Requeued">The number of withdrawn trials that wait again.</param>
/// <param name="Finished">The number of the sweep's trials that have a result.</param>
public sealed record DesiredStateChange(
    DesiredState Before, DesiredState Now, int Withdrawn, int Stopping, int Requeued, int Finished);
