namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The SHA-256 digests (lower-case hex) of the weights that a finished trial left (<c>weights.json</c>). The trainer
/// writes this file before the result, and only if its assignment requests the weights.
/// </summary>
/// <param name="Best">The digest of <c>best.safetensors</c>, the weights after the epoch that a table with
/// <c>accuracy: best</c> reports. Null when no epoch reached the sparsity target, or when the trial resumed from a
/// checkpoint without the weights of that epoch.</param>
/// <param name="Last">The digest of <c>last.safetensors</c>, the weights after the last epoch.</param>
public sealed record KeptWeights(string? Best, string Last)
{
    /// <summary>The weights with these digests; null without a last digest: the weights were not kept.</summary>
    public static KeptWeights? Of(string? best, string? last) => last is null ? null : new KeptWeights(best, last);

    /// <summary>The reason why these are not digests; null when they are.</summary>
    public string? FindFault() =>
        PreparedFolder.IsDigest(Last) && (Best is null || PreparedFolder.IsDigest(Best))
            ? null : "a digest is not 64 lower-case hex digits";
}
