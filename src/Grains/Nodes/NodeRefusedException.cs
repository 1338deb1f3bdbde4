namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>Thrown when the head refuses this node; the message is the head's reason.</summary>
public sealed class NodeRefusedException(string reason) : Exception(reason);
