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
    /// Mixed precision: the operands, outputs and gradients of convolutions are bfloat16 (8 significant bits). Signs
    /// are exact in it. A layer's two weight values α and β are rounded to it, so a layer still has exactly two.
    /// </summary>
    [JsonStringEnumMemberName("bfloat16")]
    BFloat16 = 1,
}
