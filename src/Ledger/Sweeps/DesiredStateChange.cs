using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Ledger.Sweeps;

/// <summary>
/// What a change of a sweep's wish did to its trials. What another active sweep wants is not touched, and not
/// counted.
/// </summary>
/// <param name="Before">The wish before.</param>
/// <param name="Now">The wish from now on.</param>
/// <param name="Withdrawn">Waiting trials that nobody wants any more.</param>
/// <param name="Stopping">Running trials that nobody wants any more: they write a checkpoint and leave.</param>
/// <param name="Requeued">Withdrawn trials that wait again.</param>
/// <param name="Finished">Its trials that have a result, whatever the wish.</param>
public sealed record DesiredStateChange(
    DesiredState Before, DesiredState Now, int Withdrawn, int Stopping, int Requeued, int Finished);
