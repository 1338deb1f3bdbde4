using System.Text.Json.Serialization;

namespace Sbnn.Sweeps.Core.Trials;

/// <summary>The kind of device on which a trial is, or may be, trained.</summary>
public enum DeviceKind
{
    /// <summary>A GPU or CPU threads, whichever is free. Only a request has this kind, never a device.</summary>
    [JsonStringEnumMemberName("any")]
    Any = 0,

    /// <summary>CPU threads.</summary>
    [JsonStringEnumMemberName("cpu")]
    Cpu = 1,

    /// <summary>A GPU, or a MIG device of one.</summary>
    [JsonStringEnumMemberName("gpu")]
    Gpu = 2,
}
