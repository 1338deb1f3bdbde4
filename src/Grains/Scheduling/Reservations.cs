using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Devices that take no further trial, so that they become free for one that waits for more than a slot: one device of
/// each kind at most, for the trial whose turn it is. They hold for one round of giving out slots.
/// </summary>
internal sealed class Reservations
{
    private readonly Dictionary<DeviceKind, DeviceSlots> _byKind = [];

    /// <summary>True when a device is kept for a trial whose turn came earlier.</summary>
    public bool Contains(DeviceSlots device) =>
        _byKind.TryGetValue(device.Kind, out var kept) && ReferenceEquals(kept, device);

    /// <summary>Keeps a device, unless one of its kind is kept already.</summary>
    public void Add(DeviceSlots device) => _byKind.TryAdd(device.Kind, device);
}
