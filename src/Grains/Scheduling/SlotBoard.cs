using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Which trial holds which slot: an index over the phases. GPUs are filled before CPUs, and each kind evenly. A GPU
/// takes several trials as far as the memory that they were measured to take allows; one that is not measured yet has
/// it to itself. A trial that runs alone has its device's other slots too.
/// </summary>
internal sealed class SlotBoard
{
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    private readonly HashSet<string> _classes = new(StringComparer.Ordinal); // Of all devices that were ever offered.

    /// <summary>How much GPU memory trials take.</summary>
    public ShapePeaks Peaks { get; } = new();

    /// <summary>Trials that hold a slot.</summary>
    public int Occupied => Devices.Sum(static device => device.Trials.Count);

    /// <summary>Slots that no trial holds or has for itself.</summary>
    public int FreeSlots => Devices.Sum(static device => device.Free);

    /// <summary>The nodes that have reported slots, and those on which trials hold some.</summary>
    public IEnumerable<NodeName> Nodes => _nodes.Keys.Select(static name => new NodeName(name));

    /// <summary>The devices of all nodes, those that are offered and those that trials hold slots of.</summary>
    public IEnumerable<DeviceSlots> Devices => _nodes.Values.SelectMany(static node => node.Devices);

    /// <summary>Notes what a node offers, in place of what it offered before.</summary>
    public void SetOffer(NodeName node, NodeOffer offer)
    {
        Of(node).Set(offer);
        foreach (var known in offer.Gpus.Select(static gpu => gpu.DeviceClass).Append(offer.DeviceClass))
            if (known is not null) _classes.Add(known);
    }

    /// <summary>True when some node has offered a device of a class, if only earlier: it may come back.</summary>
    public bool HasHeard(string deviceClass) => _classes.Contains(deviceClass);

    /// <summary>Notes which images a node cannot get; all earlier ones are forgotten.</summary>
    public void SetLackedImages(NodeName node, IEnumerable<string> digests) =>
        Of(node).LackedImages = digests.ToHashSet(StringComparer.Ordinal);

    /// <summary>Notes that a node cannot get some images, until it says what it lacks the next time.</summary>
    public void AddLackedImages(NodeName node, string digest) => Of(node).LackedImages.Add(digest);

    /// <summary>True unless a node is known to lack some images.</summary>
    public bool HasImages(NodeName node, string images) =>
        !_nodes.TryGetValue(node.Value, out var known) || !known.LackedImages.Contains(images);

    /// <summary>The trials that hold slots of a node.</summary>
    public IEnumerable<TrialKey> TrialsOn(NodeName node) =>
        _nodes.TryGetValue(node.Value, out var known) ? known.Devices.SelectMany(static device => device.Trials) : [];

    /// <summary>The model of a GPU; null when its node does not offer it.</summary>
    public string? ModelOf(NodeName node, string gpu) => _nodes.GetValueOrDefault(node.Value)?.Find(gpu)?.Gpu?.Model;

    /// <summary>True when a trial may have the slot beside those that hold others of its device.</summary>
    public bool IsFree(SlotAddress place, ScheduledTrial trial) =>
        _nodes.GetValueOrDefault(place.Node.Value)?.Find(place.Gpu) is not { } device
        || device.IsFree(place.Slot, TrialDemand.Of(trial), Peaks);

    /// <summary>The slot that a trial would get now; null when there is none.</summary>
    /// <param name="demand">What the trial demands.</param>
    /// <param name="reserved">Devices that are kept for others; null: none is.</param>
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
    /// The device that is nearest to having room for a trial that none has room for, and so is the one to keep for it;
    /// null when none can ever take it, or when slots are all that it lacks. What is kept only empties, and another is
    /// chosen only if it is emptier: so the trial's turn comes.
    /// </summary>
    public DeviceSlots? FindNearest(TrialDemand demand)
    {
        var candidates = CandidatesFor(demand).Where(device => device.CanTake(demand));
        return demand.IsAlone
            ? candidates.MinBy(static device => device.Trials.Count)
            : candidates.Where(static device => device.Kind == DeviceKind.Gpu)
                .MaxBy(device => device.FreeMemory(Peaks));
    }

    /// <summary>The devices of the nodes that have a trial's images, or may get them.</summary>
    public IEnumerable<DeviceSlots> CandidatesFor(TrialDemand demand)
    {
        foreach (var node in _nodes.Values)
        {
            if (node.LackedImages.Contains(demand.Images)) continue;
            foreach (var device in node.Devices) yield return device;
        }
    }

    /// <summary>Puts a trial on a slot.</summary>
    public void Take(ScheduledTrial trial, SlotAddress place) =>
        Of(place.Node).Of(place.Gpu).Add(trial.Key, place.Slot, TrialDemand.Of(trial));

    /// <summary>Frees a trial's slot.</summary>
    public void Free(TrialKey trial, SlotAddress place)
    {
        var node = Of(place.Node);
        node.Of(place.Gpu).Remove(trial);
        node.Forget(place.Gpu);
    }

    /// <summary>Everything that is known, for tests: equal boards have equal texts.</summary>
    public override string ToString() => string.Join(
        '\n', Devices.Where(static device => device is not { Slots: 0, Trials.Count: 0 }));

    // A trial with a checkpoint continues where that resumes exactly, before a class that is not known yet. A trial
    // that ran out of memory gets as much as there is; another leaves the large GPUs to those that need them.
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

        // One that is no longer offered, once no trial holds a slot of it.
        public void Forget(string? gpu)
        {
            if (gpu is not null && _gpus.TryGetValue(gpu, out var device) && device is { Slots: 0, Trials.Count: 0 })
                _gpus.Remove(gpu);
        }
    }
}
