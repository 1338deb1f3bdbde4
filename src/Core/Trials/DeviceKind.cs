using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The kind of device that a trial is trained on, or may be.</summary>
public enum DeviceKind
{
    /// <summary>Either: whichever is free. A device itself is never of this kind.</summary>
    [JsonStringEnumMemberName("any")]
    Any = 0,

    /// <summary>CPU threads.</summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu = 1,

    /// <summary>A GPU, or a MIG device of one.</summary>
    [JsonStringEnumMemberName("gpu")]
    Gpu = 2,
}
