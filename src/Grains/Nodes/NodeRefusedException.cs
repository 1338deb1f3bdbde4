namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>The head does not take this node; the message is its reason.</summary>
public sealed class NodeRefusedException(string reason) : Exception(reason);
