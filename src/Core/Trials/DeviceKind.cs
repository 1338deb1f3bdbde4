using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The kind of device on which a trial is, or may be, trained.</summary>
public enum DeviceKind
{
    /// <summary>Either kind, whichever is free. A device itself never has this kind.</summary>
    [JsonStringEnumMemberName("any")]
    Any = 0,

    /// <summary>CPU threads.</summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu = 1,

    /// <summary>A GPU, or a MIG device of one.</summary>
    [JsonStringEnumMemberName("gpu")]
    Gpu = 2,
}
