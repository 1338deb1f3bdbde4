using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>
/// What a change of a sweep's desired state did. Trials that another active sweep needs do not change and are not
/// counted.
/// </summary>
public sealed record ChangedDesiredState
{
    /// <summary>The previous desired state.</summary>
    public required DesiredState Before { get; init; }

    /// <summary>The new desired state.</summary>
    public required DesiredState Now { get; init; }

    /// <summary>Waiting trials that no active sweep needs any longer.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>Running trials that no active sweep needs any longer: they write a checkpoint and exit.</summary>
    public required int Stopping { get; init; }

    /// <summary>Withdrawn trials that wait again.</summary>
    public required int Requeued { get; init; }

    /// <summary>The sweep's trials that have a result.</summary>
    public required int Finished { get; init; }
}
