using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Which trial holds which slot: an index over the phases. Free slots are filled evenly: the node with most free slots first, then by name,
/// lowest slot first. A trial that runs alone has its node's other slots too.
/// </summary>
internal sealed class SlotBoard
{
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);

    /// <summary>Trials that hold a slot.</summary>
    public int Occupied => _nodes.Values.Sum(static node => node.Trials.Count);

    /// <summary>Slots that no trial holds or has for itself.</summary>
    public int FreeSlots => _nodes.Values.Sum(static node => node.Free);

    /// <summary>The nodes that have reported slots, and those on which trials hold some.</summary>
    public IEnumerable<NodeName> Nodes => _nodes.Keys.Select(static name => new NodeName(name));

    /// <summary>Notes how many slots a node has. Fewer than before: those taken stay taken until they are freed.</summary>
    public void SetSlots(NodeName node, int slots) => Of(node).Slots = slots;

    /// <summary>Notes which images a node cannot get; all earlier ones are forgotten.</summary>
    public void SetLackedImages(NodeName node, IEnumerable<string> digests) =>
        Of(node).LackedImages = digests.ToHashSet(StringComparer.Ordinal);

    /// <summary>Notes that a node cannot get some images, until it says what it lacks the next time.</summary>
    public void AddLackedImages(NodeName node, string digest) => Of(node).LackedImages.Add(digest);

    /// <summary>True unless a node is known to lack some images.</summary>
    public bool HasImages(NodeName node, string images) =>
        !_nodes.TryGetValue(node.Value, out var known) || !known.LackedImages.Contains(images);

    /// <summary>True when some node runs trials of these images, now or once a slot is free.</summary>
    public bool HasNodeFor(string images) =>
        _nodes.Values.Any(node => node.Slots > 0 && !node.LackedImages.Contains(images));

    /// <summary>The trials that hold slots of a node.</summary>
    public IReadOnlyCollection<TrialKey> TrialsOn(NodeName node) =>
        _nodes.TryGetValue(node.Value, out var known) ? known.Trials.Keys : (IReadOnlyCollection<TrialKey>)[];

    /// <summary>How many slots a node has; 0 when it is not known, or silent.</summary>
    public int SlotsOf(NodeName node) => _nodes.TryGetValue(node.Value, out var known) ? known.Slots : 0;

    /// <summary>True when a trial may have the slot beside those that hold others of its node.</summary>
    public bool IsFree(SlotPlace place, bool runsAlone) =>
        !_nodes.TryGetValue(place.Node.Value, out var node)
        || (node.Exclusive == 0 && !node.IsTaken(place.Slot) && (!runsAlone || node.Trials.Count == 0));

    /// <summary>
    /// The slot that the next trial would get; null when all are taken, or free only on nodes that lack its images.
    /// </summary>
    /// <param name="reserved">A node that is kept for a trial that runs alone; null: none is.</param>
    /// <param name="images">The digest of the trial's images.</param>
    public SlotPlace? FindFree(NodeName? reserved, string images)
    {
        (string Name, Node Node)? best = null;
        foreach (var (name, node) in _nodes)
        {
            if (name != reserved?.Value && node.Free > (best?.Node.Free ?? 0) && !node.LackedImages.Contains(images))
                best = (name, node);
        }

        return best is { } free ? new SlotPlace(new NodeName(free.Name), free.Node.LowestFree()) : null;
    }

    /// <summary>
    /// The node that is nearest to running nothing, and so is the one to keep for a trial that runs alone; null when there is none. What is
    /// kept only empties, and another is chosen only if it is emptier: so its turn comes.
    /// </summary>
    /// <param name="images">The digest of that trial's images.</param>
    public NodeName? FindEmptiest(string images)
    {
        var candidates = _nodes.Where(
            node => node.Value is { Slots: > 0, Exclusive: 0 } && !node.Value.LackedImages.Contains(images)).ToList();
        return candidates.Count == 0 ? null : new NodeName(candidates.MinBy(static node => node.Value.Trials.Count).Key);
    }

    /// <summary>Puts a trial on a slot.</summary>
    public void Take(TrialKey trial, SlotPlace place, bool runsAlone)
    {
        var node = Of(place.Node);
        node.Add(trial, place.Slot);
        if (runsAlone) node.Exclusive++;
    }

    /// <summary>Frees a trial's slot.</summary>
    public void Free(TrialKey trial, SlotPlace place, bool runsAlone)
    {
        var node = Of(place.Node);
        node.Remove(trial);
        if (runsAlone) node.Exclusive--;
    }

    /// <summary>Everything that is known, for tests: equal boards have equal texts.</summary>
    public override string ToString() => string.Join('\n', _nodes.Where(static node => node.Value is not { Slots: 0, Trials.Count: 0 }).Select(static node =>
        $"{node.Key}: {node.Value.Slots} slots, {node.Value.Exclusive} alone, "
        + string.Join(' ', node.Value.Trials.OrderBy(static trial => trial.Value).ThenBy(static trial => trial.Key.Hex, StringComparer.Ordinal))));

    private Node Of(NodeName name)
    {
        if (!_nodes.TryGetValue(name.Value, out var node)) _nodes.Add(name.Value, node = new Node());
        return node;
    }

    private sealed class Node
    {
        private readonly Dictionary<int, int> _taken = []; // How many trials hold each slot: two for a moment, when one is being given up.

        public int Slots { get; set; }

        public HashSet<string> LackedImages { get; set; } = new(StringComparer.Ordinal);

        public Dictionary<TrialKey, int> Trials { get; } = [];

        public bool IsTaken(int slot) => _taken.ContainsKey(slot);

        public void Add(TrialKey trial, int slot)
        {
            Trials.Add(trial, slot);
            _taken[slot] = _taken.GetValueOrDefault(slot) + 1;
        }

        public void Remove(TrialKey trial)
        {
            Trials.Remove(trial, out var slot);
            if (--_taken[slot] == 0) _taken.Remove(slot);
        }

        /// <summary>How many of its trials run alone.</summary>
        public int Exclusive { get; set; }

        public int Free => Exclusive > 0 ? 0 : Math.Max(0, Slots - Trials.Count);

        public int LowestFree()
        {
            var slot = 0;
            while (_taken.ContainsKey(slot)) slot++;
            return slot;
        }
    }
}
