using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a node offers to trials.</summary>
/// <param name="CpuSlots">The maximum number of concurrent trainers on the node's CPU.</param>
/// <param name="Gpus">The node's GPUs.</param>
[Immutable]
public sealed record NodeOffer(int CpuSlots, IReadOnlyList<GpuOffer> Gpus)
{
    /// <summary>The number of CPU threads of each trainer, which is part of the device class.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// The device class of the CPU slots: a checkpoint resumes exactly on the class that wrote it. Null until a trainer
    /// has reported it.
    /// </summary>
    public string? DeviceClass { get; init; }

    /// <summary>The size of the disk with the trials' files; null when it is not known.</summary>
    public int? DiskMiB { get; init; }

    /// <summary>The free space on that disk; null when it is not known.</summary>
    public int? FreeDiskMiB { get; init; }

    /// <summary>An empty offer.</summary>
    public static NodeOffer None { get; } = new(0, []);

    /// <summary>The maximum number of concurrent trainers on all devices; a GPU's memory may allow fewer.</summary>
    [JsonIgnore]
    public int Slots => CpuSlots + Gpus.Sum(static gpu => gpu.Slots);

    /// <summary>An offer of CPU slots only.</summary>
    public static NodeOffer OfCpu(int slots) => new(slots, []);
}

/// <summary>A GPU that a node offers, with its current state.</summary>
/// <param name="Uuid">The GPU's UUID.</param>
/// <param name="Model">The GPU's model: trials of one shape need the same memory on all GPUs of one model.</param>
/// <param name="MemoryMiB">The GPU's total memory.</param>
/// <param name="Slots">The maximum number of concurrent trainers, if their memory fits.</param>
[Immutable]
public sealed record GpuOffer(string Uuid, string Model, int MemoryMiB, int Slots)
{
    /// <summary>When other programs use more memory than this, no trial starts on the GPU.</summary>
    public const int MaxOtherProgramsMiB = 500;

    /// <summary>The memory that stays free when several trials share the GPU.</summary>
    public int ReserveMiB { get; init; }

    /// <summary>The memory that programs other than this node's trainers use; 0 when that is not known.</summary>
    [JsonPropertyName("strangersMiB")]
    public int OtherProgramsMiB { get; init; }

    /// <summary>The memory that all programs use together; null when that is not known.</summary>
    public int? UsedMiB { get; init; }

    /// <summary>The device class of the GPU's slots; null until a trainer has reported it.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>The GPU's utilization, from 0 to 100; null when that is not known.</summary>
    public int? UtilizationPercent { get; init; }

    /// <summary>True while other programs use so much of the GPU's memory that no trial starts on it.</summary>
    [JsonIgnore]
    public bool IsOccupied => OtherProgramsMiB > MaxOtherProgramsMiB;
}
