using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>What a node offers to trials.</summary>
/// <param name="CpuSlots">Trainers at once on its CPU.</param>
/// <param name="Gpus">Its GPUs.</param>
[Immutable]
public sealed record NodeOffer(int CpuSlots, IReadOnlyList<GpuOffer> Gpus)
{
    /// <summary>CPU threads of each trainer. Part of the device class.</summary>
    public int Threads { get; init; }

    /// <summary>
    /// The device class of its CPU slots: a checkpoint resumes exactly on the class that wrote it. Null until a trainer
    /// has reported it.
    /// </summary>
    public string? DeviceClass { get; init; }

    /// <summary>Nothing.</summary>
    public static NodeOffer None { get; } = new(0, []);

    /// <summary>Trainers at once, on all its devices; a GPU's memory may allow fewer.</summary>
    [JsonIgnore]
    public int Slots => CpuSlots + Gpus.Sum(static gpu => gpu.Slots);

    /// <summary>CPU slots only.</summary>
    public static NodeOffer OfCpu(int slots) => new(slots, []);
}

/// <summary>A GPU that a node offers, as it stands now.</summary>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Model">Its model: trials of one shape take as much memory on GPUs of one model.</param>
/// <param name="MemoryMiB">All its memory.</param>
/// <param name="Slots">Trainers at once at most, where their memory allows.</param>
[Immutable]
public sealed record GpuOffer(string Uuid, string Model, int MemoryMiB, int Slots)
{
    /// <summary>Strangers that hold more than this much of its memory keep trials away.</summary>
    public const int MostOfStrangersMiB = 500;

    /// <summary>Memory that is left free when several trials share it.</summary>
    public int ReserveMiB { get; init; }

    /// <summary>Memory that programs other than this node's trainers hold, as far as that is known.</summary>
    public int StrangersMiB { get; init; }

    /// <summary>Memory that is used, by whomever; null when that is not known.</summary>
    public int? UsedMiB { get; init; }

    /// <summary>The device class of its slots; null until a trainer has reported it.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>How busy it is, from 0 to 100; null when that is not known.</summary>
    public int? UtilizationPercent { get; init; }

    /// <summary>True while strangers hold so much of it that no trial is started on it.</summary>
    [JsonIgnore]
    public bool IsOccupied => StrangersMiB > MostOfStrangersMiB;
}
