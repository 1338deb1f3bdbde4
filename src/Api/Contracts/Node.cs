using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>The nodes of a head.</summary>
public sealed record NodeList
{
    /// <summary>By name.</summary>
    public required IReadOnlyList<Node> Items { get; init; }
}

/// <summary>A machine that runs trainers.</summary>
public sealed record Node
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether it trains.</summary>
    public required NodeState State { get; init; }

    /// <summary>
    /// Why it stands there; of a ready node, that another by its name is refused, and otherwise left out.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>Trainers at once, on all its devices; left out when the head has not heard it.</summary>
    public int? Slots { get; init; }

    /// <summary>Slots that trials hold; left out when the head has not heard it.</summary>
    public int? TakenSlots { get; init; }

    /// <summary>CPU threads of each trainer; left out when the head has not heard it.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// The device class of its CPU slots: a checkpoint resumes exactly on the class that wrote it. Left out until a
    /// trainer has reported it.
    /// </summary>
    public string? DeviceClass { get; init; }

    /// <summary>Its GPUs that trials may use; left out when the head has not heard it.</summary>
    public IReadOnlyList<NodeGpu>? Gpus { get; init; }

    /// <summary>The version and commit of its program; left out when the head has not heard it.</summary>
    public string? Build { get; init; }

    /// <summary>When the head heard it last; left out when it has not since it started.</summary>
    public DateTimeOffset? HeardAt { get; init; }
}

/// <summary>A GPU of a node.</summary>
public sealed record NodeGpu
{
    /// <summary>Its UUID.</summary>
    public required string Uuid { get; init; }

    /// <summary>Its model.</summary>
    public required string Model { get; init; }

    /// <summary>Trainers at once at most; its memory may allow fewer.</summary>
    public required int Slots { get; init; }

    /// <summary>The device class of its slots; left out until a trainer has reported it.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>Slots that trials hold.</summary>
    public required int TakenSlots { get; init; }

    /// <summary>All its memory, in MiB.</summary>
    public required int MemoryMiB { get; init; }

    /// <summary>Memory in MiB that is used, by whomever; left out when that is not known.</summary>
    public int? UsedMiB { get; init; }

    /// <summary>Memory in MiB that other programs hold; trials keep away from more than 500.</summary>
    public required int StrangersMiB { get; init; }

    /// <summary>How busy it is, from 0 to 100; left out when that is not known.</summary>
    public int? UtilizationPercent { get; init; }
}

/// <summary>Whether a node is to train nothing.</summary>
public sealed record DrainRequest
{
    /// <summary>True: it trains nothing until this is set to false.</summary>
    public required bool Draining { get; init; }
}

/// <summary>Asks for a join token.</summary>
public sealed record JoinTokenRequest
{
    /// <summary>Seconds for which it lets nodes in; from a minute to a year.</summary>
    public required int ExpiresInSeconds { get; init; }
}

/// <summary>What a machine needs to join.</summary>
public sealed record JoinToken
{
    /// <summary>The token: good for joining only, as often as it is used before it expires.</summary>
    public required string Token { get; init; }

    /// <summary>The certificate of the head's authority, in PEM.</summary>
    public required string Authority { get; init; }

    /// <summary>Where nodes reach the head.</summary>
    public required string Head { get; init; }

    /// <summary>When it expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
