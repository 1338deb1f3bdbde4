using System.Text.Json.Serialization;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Api.Contracts;

/// <summary>The nodes of a head.</summary>
public sealed record NodeList
{
    /// <summary>The nodes, by name.</summary>
    public required IReadOnlyList<Node> Items { get; init; }
}

/// <summary>A machine that runs trainers.</summary>
public sealed record Node
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>Whether trials can start on the node.</summary>
    public required NodeState State { get; init; }

    /// <summary>
    /// Why the node is in this state. For a ready node it is omitted, unless another node with the same name was
    /// rejected.
    /// </summary>
    public string? Reason { get; init; }

    /// <summary>The number of slots on all devices; omitted when the head has not heard from the node.</summary>
    public int? Slots { get; init; }

    /// <summary>Slots that trials hold; omitted when the head has not heard from the node.</summary>
    public int? TakenSlots { get; init; }

    /// <summary>CPU threads of each trainer; omitted when the head has not heard from the node.</summary>
    public int? Threads { get; init; }

    /// <summary>
    /// The device class of the CPU slots. A checkpoint resumes exactly on the class that wrote it. Omitted until a
    /// trainer has reported it.
    /// </summary>
    public string? DeviceClass { get; init; }

    /// <summary>The GPUs that trials may use; omitted when the head has not heard from the node.</summary>
    public IReadOnlyList<NodeGpu>? Gpus { get; init; }

    /// <summary>The size in MiB of the disk with the node's trials; omitted when it is not known.</summary>
    public int? DiskMiB { get; init; }

    /// <summary>The free space in MiB on that disk; omitted when it is not known.</summary>
    public int? FreeDiskMiB { get; init; }

    /// <summary>The version and commit of the node's sbnn; omitted when the head has not heard from the node.</summary>
    public string? Build { get; init; }

    /// <summary>
    /// When the head last heard from the node; omitted when the head has not heard from it since the head started.
    /// </summary>
    public DateTimeOffset? HeardAt { get; init; }
}

/// <summary>A GPU of a node.</summary>
public sealed record NodeGpu
{
    /// <summary>The GPU's UUID.</summary>
    public required string Uuid { get; init; }

    /// <summary>The GPU's model.</summary>
    public required string Model { get; init; }

    /// <summary>The largest number of trainers at the same time; the memory may allow fewer.</summary>
    public required int Slots { get; init; }

    /// <summary>The device class of the slots; omitted until a trainer has reported it.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>Slots that trials hold.</summary>
    public required int TakenSlots { get; init; }

    /// <summary>The GPU's total memory, in MiB.</summary>
    public required int MemoryMiB { get; init; }

    /// <summary>Used memory in MiB, of all programs; omitted when unknown.</summary>
    public int? UsedMiB { get; init; }

    /// <summary>
    /// Memory in MiB that other programs use. Trials do not start on a GPU on which other programs use more than 500.
    /// </summary>
    [JsonPropertyName("strangersMiB")]
    public required int OtherProgramsMiB { get; init; }

    /// <summary>The utilization, from 0 to 100; omitted when unknown.</summary>
    public int? UtilizationPercent { get; init; }
}

/// <summary>Prevents trials from starting on a node, or allows that again.</summary>
public sealed record DrainRequest
{
    /// <summary>True: the node stops its trainers, and no trial starts on it until this is set to false.</summary>
    public required bool Draining { get; init; }
}

/// <summary>Requests a join token.</summary>
public sealed record JoinTokenRequest
{
    /// <summary>The token's lifetime in seconds, from a minute to a year.</summary>
    public required int ExpiresInSeconds { get; init; }
}

/// <summary>What a machine needs to join the head as a node.</summary>
public sealed record JoinToken
{
    /// <summary>
    /// The token. It is valid only for joining, and may be used any number of times until it expires.
    /// </summary>
    public required string Token { get; init; }

    /// <summary>The certificate of the head's authority, in PEM.</summary>
    public required string Authority { get; init; }

    /// <summary>The address at which nodes connect to the head.</summary>
    public required string Head { get; init; }

    /// <summary>When the token expires.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
