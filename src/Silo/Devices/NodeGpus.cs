namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>The GPUs of this machine that trainers may use, and how they are shared.</summary>
/// <param name="Devices">The GPUs.</param>
/// <param name="SlotsPerGpu">The maximum number of concurrent trainers per GPU; null:
/// <see cref="DefaultSlots"/>.</param>
/// <param name="ReserveMiB">The memory that stays free when several trainers share a GPU.</param>
public sealed record NodeGpus(IReadOnlyList<GpuDevice> Devices, int? SlotsPerGpu, int ReserveMiB)
{
    /// <summary>The default number of concurrent trainers per GPU. More trainers only slow each other down.</summary>
    public const int DefaultSlots = 3;

    /// <summary>No GPU.</summary>
    public static NodeGpus None { get; } = new([], SlotsPerGpu: null, ReserveMiB: 0);

    /// <summary>
    /// The maximum number of concurrent trainers on a GPU. It is 1 for a MIG device, whose used memory cannot be read.
    /// </summary>
    public int SlotsOf(GpuDevice device) => device.IsMig ? 1 : SlotsPerGpu ?? DefaultSlots;

    /// <summary>The maximum number of concurrent trainers on all GPUs.</summary>
    public int Slots => Devices.Sum(SlotsOf);

    /// <summary>Finds a GPU by its UUID; null when there is none.</summary>
    public GpuDevice? Find(string uuid) => Devices.FirstOrDefault(device => device.Uuid == uuid);
}
