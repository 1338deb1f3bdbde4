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

    /// <summary>{0, 2τ}, ours: τ as for <see cref="Symmetric"/>, φ = τ, so that α is 0.</summary>
    ZeroOne = 3,

    /// <summary>
    /// {α, β}, ours: τ* of Eq. 15 and the φ* that Eq. 15 gives without the mean of the weights, which is (1 − 2p)·τ
    /// when a fraction p of the weights is 1.
    /// </summary>
    ClosedFormCentred = 4,
}

/// <summary>The properties of a <see cref="DomainKind"/>.</summary>
public static class DomainKindExtensions
{
    /// <summary>True for the three domains of the paper's Table 1; false for those that are ours.</summary>
    public static bool IsInThePaper(this DomainKind domain) =>
        domain is DomainKind.Symmetric or DomainKind.ClosedForm or DomainKind.Learned;
}
