using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>
/// What a change of a sweep's desired state did. Trials that another active sweep needs are not touched, and not
/// counted.
/// </summary>
public sealed record ChangedDesiredState
{
    /// <summary>The desired state before.</summary>
    public required DesiredState Before { get; init; }

    /// <summary>The desired state from now on.</summary>
    public required DesiredState Now { get; init; }

    /// <summary>Waiting trials that no active sweep needs any longer.</summary>
    public required int Withdrawn { get; init; }

    /// <summary>Running trials that no active sweep needs any longer: they write a checkpoint and leave.</summary>
    public required int Stopping { get; init; }

    /// <summary>Withdrawn trials that wait again.</summary>
    public required int Requeued { get; init; }

    /// <summary>The sweep's trials that have a result.</summary>
    public required int Finished { get; init; }
}
