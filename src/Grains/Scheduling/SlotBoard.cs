using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>
/// Which trial holds which slot. A slot is taken when the choice is made and freed only when the attempt's end is committed, so no
/// slot is ever given twice. Free slots are filled evenly: the node with most free slots first, then by name, lowest slot first.
/// </summary>
internal sealed class SlotBoard
{
    private readonly SortedDictionary<string, Node> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<TrialKey, Place> _places = [];

    /// <summary>Trials that hold a slot.</summary>
    public int Occupied => _places.Count;

    /// <summary>Slots that a trial could have now.</summary>
    public int FreeSlots => _nodes.Values.Sum(static node => Math.Max(0, node.Free));

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
            if (node.Free > (best?.Node.Free ?? 0)) best = (name, node);
        }

        return best is { } free ? new Place(free.Name, free.Node.LowestFree()) : null;
    }

    /// <summary>Puts a trial on a slot.</summary>
    public void Take(TrialKey trial, Place place)
    {
        _places.Add(trial, place);
        Of(place.Node).Taken.Add(place.Slot);
    }

    /// <summary>Frees a trial's slot; false when it holds none.</summary>
    public bool Free(TrialKey trial)
    {
        if (!_places.Remove(trial, out var place)) return false;
        _nodes[place.Node].Taken.Remove(place.Slot);
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

        public int Free => Slots - Taken.Count;

        public int LowestFree()
        {
            var slot = 0;
            while (Taken.Contains(slot)) slot++;
            return slot;
        }
    }
}
