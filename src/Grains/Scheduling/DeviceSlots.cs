using System.Globalization;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>A device of a node (a GPU or the CPU) and the trials on its slots.</summary>
/// <param name="node">The node.</param>
/// <param name="uuid">The GPU's UUID; null: the CPU.</param>
internal sealed class DeviceSlots(NodeName node, string? uuid)
{
    // How many trials hold each slot. Two trials can hold the same slot until the end of the first one's lost attempt
    // is committed.
    private readonly Dictionary<int, int> _taken = [];
    private readonly Dictionary<TrialKey, (int Slot, TrialDemand Demand)> _trials = [];
    private int _alone; // How many of the device's trials run alone.
    private int _slots;

    /// <summary>The node.</summary>
    public NodeName Node => node;

    /// <summary>The GPU's UUID; null for a CPU.</summary>
    public string? Uuid => uuid;

    /// <summary>The kind of device.</summary>
    public DeviceKind Kind => uuid is null ? DeviceKind.Cpu : DeviceKind.Gpu;

    /// <summary>The GPU as its node offers it; null for a CPU, and for a GPU that the node does not offer.</summary>
    public GpuOffer? Gpu { get; private set; }

    /// <summary>The device class of the slots; null while it is not known.</summary>
    public string? DeviceClass { get; private set; }

    /// <summary>The maximum number of concurrent trials; 0 while the node does not offer the device.</summary>
    public int Slots => _slots;

    /// <summary>The trials that hold slots of the device.</summary>
    public IReadOnlyCollection<TrialKey> Trials => _trials.Keys;

    /// <summary>
    /// The number of slots that are free. A trial that runs alone blocks all other slots of the device.
    /// </summary>
    public int Free => _alone > 0 || Gpu is { IsOccupied: true } ? 0 : Math.Max(0, _slots - _trials.Count);

    /// <summary>
    /// Records what the node offers. If it offers fewer slots than before, taken slots stay taken until they are freed.
    /// </summary>
    public void Set(int slots, GpuOffer? gpu, string? deviceClass) =>
        (_slots, Gpu, DeviceClass) = (slots, gpu, deviceClass);

    /// <summary>Puts a trial on a slot.</summary>
    public void Add(TrialKey trial, int slot, in TrialDemand demand)
    {
        _trials.Add(trial, (slot, demand));
        _taken[slot] = _taken.GetValueOrDefault(slot) + 1;
        if (demand.IsAlone) _alone++;
    }

    /// <summary>Frees a trial's slot.</summary>
    public void Remove(TrialKey trial)
    {
        _trials.Remove(trial, out var held);
        if (--_taken[held.Slot] == 0) _taken.Remove(held.Slot);
        if (held.Demand.IsAlone) _alone--;
    }

    /// <summary>The lowest slot that no trial holds.</summary>
    public SlotAddress LowestFree()
    {
        var slot = 0;
        while (_taken.ContainsKey(slot)) slot++;
        return new SlotAddress(node, slot, uuid);
    }

    /// <summary>True when a trial may run on this device at all, possibly only once the device is empty.</summary>
    public bool CanTake(in TrialDemand demand) =>
        _slots > 0 && (demand.Device == DeviceKind.Any || demand.Device == Kind)
        && (!demand.IsOwnClassOnly || DeviceClass is null || DeviceClass == demand.ResumesOn)
        && (Gpu is not { } gpu || (!gpu.IsOccupied && demand.MemoryMiB <= gpu.MemoryMiB));

    /// <summary>True when a trial may start on this device now.</summary>
    public bool HasRoom(in TrialDemand demand, ShapePeaks peaks) =>
        Free > 0 && CanTake(demand) && (_trials.Count == 0 || (!demand.IsAlone && Fits(demand, peaks)));

    /// <summary>True when a trial may take the slot, next to the trials on the device's other slots.</summary>
    public bool IsFree(int slot, in TrialDemand demand, ShapePeaks peaks) =>
        _alone == 0 && !_taken.ContainsKey(slot) && (_trials.Count == 0 || (!demand.IsAlone && Fits(demand, peaks)));

    /// <summary>
    /// The memory in MiB that a further trial may use; 0 while a trial runs whose memory has not been measured yet.
    /// </summary>
    public int FreeMemory(ShapePeaks peaks) => Gpu is not { } gpu || _alone > 0 ? 0
        : _trials.Count == 0 ? gpu.MemoryMiB
        : SumOfDemands(peaks) is { } demanded ? Math.Max(0, gpu.MemoryMiB - gpu.ReserveMiB - demanded) : 0;

    /// <summary>The whole state as text, so that tests can compare it.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{node}{(uuid is null ? "" : $"/{uuid}")}: {_slots} slots, {_alone} alone, ")
        + string.Join(' ', _trials.OrderBy(static trial => trial.Value.Slot)
            .ThenBy(static trial => trial.Key.Hex, StringComparer.Ordinal)
            .Select(static trial => $"{trial.Value.Slot}={trial.Key}"));

    // A trial starts on a shared GPU only when the memory of each trial on it is known. CPU memory is not tracked.
    private bool Fits(in TrialDemand demand, ShapePeaks peaks) =>
        Gpu is not { } gpu || (peaks.Find(demand, gpu.Model) is { } need && need <= FreeMemory(peaks));

    private int? SumOfDemands(ShapePeaks peaks)
    {
        var sum = 0;
        foreach (var (_, demand) in _trials.Values)
        {
            if (peaks.Find(demand, Gpu!.Model) is not { } need) return null;
            sum += need;
        }

        return sum;
    }
}
