namespace Sbnn.Sweeps.Grains;

/// <summary>The state of a node. Serialised in kebab case.</summary>
public enum NodeState
{
    /// <summary>The node synchronises, and trials can start on it.</summary>
    Ready = 0,

    /// <summary>
    /// No trial starts on the node. Its trainers write checkpoints and stop, and their trials continue on other nodes.
    /// </summary>
    Draining = 1,

    /// <summary>
    /// The node has not synchronised for some seconds. Its trials stay assigned to it until its lease is over.
    /// </summary>
    Silent = 2,

    /// <summary>The node has left, or has not contacted the head since the head started.</summary>
    Away = 3,

    /// <summary>The node tries to join, and the head refuses it.</summary>
    Refused = 4,
}
