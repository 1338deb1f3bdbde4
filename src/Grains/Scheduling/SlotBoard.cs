using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Which trial holds which slot. A slot is taken when the choice is made and freed only when the attempt's end is committed, so no
/// slot is ever given twice. Free slots are filled evenly: the node with most free slots first, then by name, lowest slot first. A trial
/// that runs alone has its node's other slots too: they are given to nobody meanwhile, and, so that its turn comes, neither are those of
/// one node that is being emptied for it.
/// </summary>
internal sealed class SlotBoard
{
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<TrialKey, Place> _places = [];
    private string? _emptied;

    /// <summary>Trials that hold a slot.</summary>
    public int Occupied => _places.Count;

    /// <summary>Slots that a trial could have now.</summary>
    public int FreeSlots => _nodes.Where(node => node.Key != _emptied && node.Value.Loner is null).Sum(static node => Math.Max(0, node.Value.Free));

    /// <summary>True when the trial holds a slot.</summary>
    public bool Holds(TrialKey trial) => _places.ContainsKey(trial);

    /// <summary>Notes how many slots a node has. Fewer than before: those taken stay until they are freed.</summary>
    public void SetSlots(string node, int slots) => Of(node).Slots = slots;

    /// <summary>The node that would take the next trial, and its slot; null when all are taken.</summary>
    public Place? FindFree()
    {
        (string Name, Node Node)? best = null;
        foreach (var (name, node) in _nodes)
        {
            if (name != _emptied && node.Loner is null && node.Free > (best?.Node.Free ?? 0)) best = (name, node);
        }

        return best is { } free ? new Place(free.Name, free.Node.LowestFree()) : null;
    }

    /// <summary>
    /// A slot of a node on which nothing runs; null when there is none. Then a node is chosen, the one that is nearest to it, and gets nothing
    /// more until it is empty and taken, or <see cref="StopEmptying"/>.
    /// </summary>
    public Place? FindIdle()
    {
        if (_emptied is null || _nodes[_emptied].Slots == 0)
        {
            var candidates = _nodes.Where(static node => node.Value is { Slots: > 0, Loner: null }).ToList();
            _emptied = candidates.Count == 0 ? null : candidates.MinBy(static node => node.Value.Taken.Count).Key;
        }

        return _emptied is not null && _nodes[_emptied].Taken.Count == 0 ? new Place(_emptied, 0) : null;
    }

    /// <summary>No trial waits for an empty node (any more).</summary>
    public void StopEmptying() => _emptied = null;

    /// <summary>Puts a trial on a slot.</summary>
    public void Take(TrialKey trial, Place place, bool runsAlone = false)
    {
        _places.Add(trial, place);
        var node = Of(place.Node);
        node.Taken.Add(place.Slot);
        if (!runsAlone) return;
        node.Loner = trial;
        if (_emptied == place.Node) _emptied = null;
    }

    /// <summary>Frees a trial's slot; false when it holds none.</summary>
    public bool Free(TrialKey trial)
    {
        if (!_places.Remove(trial, out var place)) return false;
        var node = _nodes[place.Node];
        node.Taken.Remove(place.Slot);
        if (node.Loner == trial) node.Loner = null;
        return true;
    }

    private Node Of(string name)
    {
        if (!_nodes.TryGetValue(name, out var node)) _nodes.Add(name, node = new Node());
        return node;
    }

    /// <summary>A slot of a node.</summary>
    internal readonly record struct Place(string Node, int Slot);

    private sealed class Node
    {
        public int Slots { get; set; }

        public HashSet<int> Taken { get; } = [];

        /// <summary>The trial that has this node for itself.</summary>
        public TrialKey? Loner { get; set; }

        public int Free => Slots - Taken.Count;

        public int LowestFree()
        {
            var slot = 0;
            while (Taken.Contains(slot)) slot++;
            return slot;
        }
    }
}
