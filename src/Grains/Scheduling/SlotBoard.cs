using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Which trial holds which slot: an index over the phases. GPUs are filled before CPUs, and devices of one kind evenly.
/// Several trials share a GPU as long as their measured memory fits; a trial that is not measured yet gets a GPU
/// exclusively. A trial that runs alone blocks its device's other slots.
/// </summary>
internal sealed class SlotBoard
{
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    // The classes of all devices that were ever offered.
    private readonly HashSet<string> _classes = new(StringComparer.Ordinal);

    /// <summary>How much GPU memory trials need.</summary>
    public ShapePeaks Peaks { get; } = new();

    /// <summary>The number of trials that hold a slot.</summary>
    public int Occupied => Devices.Sum(static device => device.Trials.Count);

    /// <summary>The number of slots that no trial holds or blocks.</summary>
    public int FreeSlots => Devices.Sum(static device => device.Free);

    /// <summary>The nodes that have reported slots, and those on which trials hold some.</summary>
    public IEnumerable<NodeName> Nodes => _nodes.Keys.Select(static name => new NodeName(name));

    /// <summary>The devices of all nodes: those that are offered, and those on which trials hold slots.</summary>
    public IEnumerable<DeviceSlots> Devices => _nodes.Values.SelectMany(static node => node.Devices);

    /// <summary>Records what a node offers and replaces its earlier offer.</summary>
    public void SetOffer(NodeName node, NodeOffer offer)
    {
        Of(node).Set(offer);
        foreach (var known in offer.Gpus.Select(static gpu => gpu.DeviceClass).Append(offer.DeviceClass))
            if (known is not null) _classes.Add(known);
    }

    /// <summary>
    /// True when any node has ever offered a device of a class. A device that is not offered now may be offered again
    /// later.
    /// </summary>
    public bool HasSeenClass(string deviceClass) => _classes.Contains(deviceClass);

    /// <summary>Records which images a node cannot get and replaces the earlier list.</summary>
    public void SetLackedImages(NodeName node, IEnumerable<string> digests) =>
        Of(node).LackedImages = digests.ToHashSet(StringComparer.Ordinal);

    /// <summary>Adds images that a node cannot get. The node's next report of lacked images replaces them.</summary>
    public void AddLackedImages(NodeName node, string digest) => Of(node).LackedImages.Add(digest);

    /// <summary>True unless the images are among those that the node cannot get.</summary>
    public bool HasImages(NodeName node, string images) =>
        !_nodes.TryGetValue(node.Value, out var known) || !known.LackedImages.Contains(images);

    /// <summary>The trials that hold slots of a node.</summary>
    public IEnumerable<TrialKey> TrialsOn(NodeName node) =>
        _nodes.TryGetValue(node.Value, out var known) ? known.Devices.SelectMany(static device => device.Trials) : [];

    /// <summary>The model of a GPU; null when its node does not offer it.</summary>
    public string? ModelOf(NodeName node, string gpu) => _nodes.GetValueOrDefault(node.Value)?.Find(gpu)?.Gpu?.Model;

    /// <summary>True when a trial may take the slot, next to the trials on the device's other slots.</summary>
    public bool IsFree(SlotAddress place, ScheduledTrial trial) =>
        _nodes.GetValueOrDefault(place.Node.Value)?.Find(place.Gpu) is not { } device
        || device.IsFree(place.Slot, TrialDemand.Of(trial), Peaks);

    /// <summary>Finds the slot that a trial would get now; null when no slot is free for it.</summary>
    /// <param name="demand">What the trial demands.</param>
    /// <param name="reserved">Devices that are reserved for other trials; null: none.</param>
    public SlotAddress? FindFree(TrialDemand demand, Reservations? reserved = null)
    {
        DeviceSlots? best = null;
        foreach (var device in CandidatesFor(demand))
        {
            if (reserved?.Contains(device) == true || !device.HasRoom(demand, Peaks)) continue;
            if (best is null || IsBetter(device, best, demand)) best = device;
        }

        return best?.LowestFree();
    }

    /// <summary>
    /// Finds the device to reserve for a trial that no device has room for: the one nearest to having room. Null when
    /// no device can ever take the trial, or when only slots are missing. No other trial starts on a reserved device,
    /// and another device replaces it only if that one is emptier. So the trial starts eventually.
    /// </summary>
    public DeviceSlots? FindNearest(TrialDemand demand)
    {
        var candidates = CandidatesFor(demand).Where(device => device.CanTake(demand));
        return demand.IsAlone
            ? candidates.MinBy(static device => device.Trials.Count)
            : candidates.Where(static device => device.Kind == DeviceKind.Gpu)
                .MaxBy(device => device.FreeMemory(Peaks));
    }

    /// <summary>The devices of the nodes that have the training images of a trial, or can fetch them.</summary>
    public IEnumerable<DeviceSlots> CandidatesFor(TrialDemand demand)
    {
        foreach (var node in _nodes.Values)
        {
            if (node.LackedImages.Contains(demand.Images)) continue;
            foreach (var device in node.Devices) yield return device;
        }
    }

    /// <summary>Puts a trial on a slot.</summary>
    public void Occupy(ScheduledTrial trial, SlotAddress place) =>
        Of(place.Node).Of(place.Gpu).Add(trial.Key, place.Slot, TrialDemand.Of(trial));

    /// <summary>Frees a trial's slot.</summary>
    public void Free(TrialKey trial, SlotAddress place)
    {
        var node = Of(place.Node);
        node.Of(place.Gpu).Remove(trial);
        node.Forget(place.Gpu);
    }

    /// <summary>The whole state as text, so that tests can compare boards.</summary>
    public override string ToString() => string.Join(
        '\n', Devices.Where(static device => device is not { Slots: 0, Trials.Count: 0 }));

    // A trial with a checkpoint prefers a device of the class that wrote it. A trial that ran out of memory prefers the
    // largest GPU; other trials leave the large GPUs to those that need them.
    private static bool IsBetter(DeviceSlots device, DeviceSlots best, in TrialDemand demand)
    {
        if (Resumes(device, demand) != Resumes(best, demand)) return Resumes(device, demand);
        if (device.Kind != best.Kind) return device.Kind == DeviceKind.Gpu;
        if (device.Kind == DeviceKind.Cpu) return device.Free > best.Free;
        if (device.Trials.Count != best.Trials.Count) return device.Trials.Count < best.Trials.Count;
        return demand.RanOut
            ? device.Gpu!.MemoryMiB > best.Gpu!.MemoryMiB
            : device.Gpu!.MemoryMiB < best.Gpu!.MemoryMiB;
    }

    private static bool Resumes(DeviceSlots device, in TrialDemand demand) =>
        demand.ResumesOn is { } needed && device.DeviceClass == needed;

    private Node Of(NodeName name)
    {
        if (!_nodes.TryGetValue(name.Value, out var node)) _nodes.Add(name.Value, node = new Node(name));
        return node;
    }

    private sealed class Node(NodeName name)
    {
        private readonly SortedDictionary<string, DeviceSlots> _gpus = new(StringComparer.Ordinal);
        private readonly DeviceSlots _cpu = new(name, uuid: null);

        public HashSet<string> LackedImages { get; set; } = new(StringComparer.Ordinal);

        public IEnumerable<DeviceSlots> Devices => _gpus.Values.Append(_cpu);

        public DeviceSlots? Find(string? gpu) => gpu is null ? _cpu : _gpus.GetValueOrDefault(gpu);

        public DeviceSlots Of(string? gpu)
        {
            if (gpu is null) return _cpu;
            if (!_gpus.TryGetValue(gpu, out var device)) _gpus.Add(gpu, device = new DeviceSlots(name, gpu));
            return device;
        }

        public void Set(NodeOffer offer)
        {
            _cpu.Set(offer.CpuSlots, gpu: null, offer.DeviceClass);
            foreach (var gpu in offer.Gpus) Of(gpu.Uuid).Set(gpu.Slots, gpu, gpu.DeviceClass);
            foreach (var uuid in _gpus.Keys.Except(offer.Gpus.Select(static gpu => gpu.Uuid)).ToList())
            {
                _gpus[uuid].Set(slots: 0, gpu: null, deviceClass: null);
                Forget(uuid);
            }
        }

        // Removes a GPU that is no longer offered, once no trial holds one of its slots.
        public void Forget(string? gpu)
        {
            if (gpu is not null && _gpus.TryGetValue(gpu, out var device) && device is { Slots: 0, Trials.Count: 0 })
                _gpus.Remove(gpu);
        }
    }
}
