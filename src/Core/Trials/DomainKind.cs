namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// How a binary layer's two weight values α = φ − τ and β = φ + τ are determined (Sec. 3.3, Table 1).
/// </summary>
public enum DomainKind
{
    /// <summary>{−β, +β}: τ = ‖w‖₁/N, φ = 0, recomputed each forward pass.</summary>
    Symmetric = 0,

    /// <summary>
    /// {α, β} by Eq. 15: the τ*, φ* that minimise the quantization error, recomputed each forward pass.
    /// </summary>
    ClosedForm = 1,

    /// <summary>
    /// {α, β} learned by backpropagation: τ (initially 1) and φ (initially 0) are one parameter each per layer.
    /// </summary>
    Learned = 2,
}
