namespace Sbnn.Sweeps.Grains;

/// <summary>The state of a node. Written as kebab-case words.</summary>
public enum NodeState
{
    /// <summary>The node synchronises, and takes trials.</summary>
    Ready = 0,

    /// <summary>The node takes no trials: its trainers stop with checkpoints, and their trials run elsewhere.</summary>
    Draining = 1,

    /// <summary>
    /// The node has not synchronised for some seconds. Its trials wait for it until its lease is over.
    /// </summary>
    Silent = 2,

    /// <summary>The node has left, or has not contacted the head since the head started.</summary>
    Away = 3,

    /// <summary>The node tries to join, and the head refuses it.</summary>
    Refused = 4,
}
