using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Devices on which no other trial starts, so that they become free for a trial that needs more than a free slot. At
/// most one device of each kind is reserved, for the trial whose turn it is. Reservations last for one round of
/// assigning slots.
/// </summary>
internal sealed class Reservations
{
    private readonly Dictionary<DeviceKind, DeviceSlots> _byKind = [];

    /// <summary>True when a device is reserved for a trial whose turn came earlier.</summary>
    public bool Contains(DeviceSlots device) =>
        _byKind.TryGetValue(device.Kind, out var kept) && ReferenceEquals(kept, device);

    /// <summary>Reserves a device, unless one of its kind is already reserved.</summary>
    public void Add(DeviceSlots device) => _byKind.TryAdd(device.Kind, device);
}
