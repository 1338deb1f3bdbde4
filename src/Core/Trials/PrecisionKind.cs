using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>
/// The number format of the operands of convolutions. Everything else is float32 in every precision: weights and their
/// optimizer, batch normalisations, losses.
/// </summary>
public enum PrecisionKind
{
    /// <summary>float32 throughout.</summary>
    [JsonStringEnumMemberName("float32")]
    Float32 = 0,

    /// <summary>
    /// Mixed precision: the operands, outputs and gradients of convolutions are bfloat16 (8 significant bits). bfloat16
    /// represents signs exactly. A layer's two weight values α and β are rounded to bfloat16, so a layer still has
    /// exactly two weight values.
    /// </summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16 = 1,
}
