using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains.Scheduling;

/// <summary>A slot of a node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Slot">0, 1, …, on each device.</param>
/// <param name="Gpu">The UUID of the slot's GPU; null: a CPU slot.</param>
internal readonly record struct SlotAddress(NodeName Node, int Slot, string? Gpu = null);
