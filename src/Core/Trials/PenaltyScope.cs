namespace Sbnn.Sweeps.Core.Trials;

/// <summary>Over which weights the sparsity penalty compares U/N with its target (Eq. 16).</summary>
public enum PenaltyScope
{
    /// <summary>Over all binary layers together, as the authors do: layers may differ in sparsity.</summary>
    Global = 0,

    /// <summary>Over each binary layer by itself: every layer has the same target.</summary>
    PerLayer = 1,
}
