namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The weights over which the sparsity penalty compares U/N with its target (Eq. 16).</summary>
public enum PenaltyScope
{
    /// <summary>All binary layers together, as the authors do: the layers may differ in sparsity.</summary>
    Global = 0,

    /// <summary>Each binary layer separately: every layer has the same target.</summary>
    PerLayer = 1,
}
