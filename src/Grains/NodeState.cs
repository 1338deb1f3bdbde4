namespace Sbnn.Sweeps.Grains;

/// <summary>Where a node stands. Written as kebab-case words.</summary>
public enum NodeState
{
    /// <summary>It synchronises, and takes trials.</summary>
    Ready = 0,

    /// <summary>It is to train nothing: its trainers stop with checkpoints, and their trials run elsewhere.</summary>
    Draining = 1,

    /// <summary>It has not synchronised for some seconds. Its trials wait for it until its lease is over.</summary>
    Silent = 2,

    /// <summary>It said goodbye, or has not come since the head started.</summary>
    Away = 3,

    /// <summary>It knocks, and the head refuses it.</summary>
    Refused = 4,
}
