namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The software and the machine of a trainer, recorded as provenance. Tables do not show these facts, and sbnn does not
/// act on them.
/// </summary>
public sealed record TrainerFacts
{
    /// <summary>The trainer's version with the commit of its build: "1.0.0+0a1b2c…".</summary>
    public required string Version { get; init; }

    /// <summary>TorchSharp's version.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>
    /// libtorch's version. If the libtorch is not the packaged one, the first digits of its build id follow.
    /// </summary>
    public required string Libtorch { get; init; }

    /// <summary>The .NET runtime's version.</summary>
    public required string DotNet { get; init; }

    /// <summary>The operating system: "Debian GNU/Linux 12 (bookworm)".</summary>
    public required string Os { get; init; }

    /// <summary>The kernel's version; null when it is unknown.</summary>
    public string? Kernel { get; init; }

    /// <summary>The machine's memory in MiB; null when it is unknown.</summary>
    public int? MemoryMiB { get; init; }
}
