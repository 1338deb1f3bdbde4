namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>The GPUs of this machine that trainers may use, and how they are shared.</summary>
/// <param name="Devices">The GPUs.</param>
/// <param name="SlotsPerGpu">Trainers at once on each at most; null: <see cref="UsualSlots"/>.</param>
/// <param name="ReserveMiB">Memory that is left free where several trainers share one.</param>
public sealed record NodeGpus(IReadOnlyList<GpuDevice> Devices, int? SlotsPerGpu, int ReserveMiB)
{
    /// <summary>Trainers at once on a GPU: more of them take turns, and none is faster.</summary>
    public const int UsualSlots = 3;

    /// <summary>No GPU.</summary>
    public static NodeGpus None { get; } = new([], SlotsPerGpu: null, ReserveMiB: 0);

    /// <summary>Trainers at once on a GPU at most. One for a MIG device, whose memory cannot be watched.</summary>
    public int SlotsOf(GpuDevice device) => device.IsMig ? 1 : SlotsPerGpu ?? UsualSlots;

    /// <summary>Trainers at once on all of them at most.</summary>
    public int Slots => Devices.Sum(SlotsOf);

    /// <summary>The GPU of a UUID; null when there is none.</summary>
    public GpuDevice? Find(string uuid) => Devices.FirstOrDefault(device => device.Uuid == uuid);
}
