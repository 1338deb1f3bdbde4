namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// With what a trainer trained, and on what system: provenance, which no table shows and no decision rests on.
/// </summary>
public sealed record TrainerFacts
{
    /// <summary>The trainer's version, with the commit it was built from: "1.0.0+0a1b2c…".</summary>
    public required string Version { get; init; }

    /// <summary>TorchSharp's version.</summary>
    public required string TorchSharp { get; init; }

    /// <summary>libtorch's version; for another than the packaged one with the first digits of its build.</summary>
    public required string Libtorch { get; init; }

    /// <summary>The .NET runtime's version.</summary>
    public required string DotNet { get; init; }

    /// <summary>The operating system: "Debian GNU/Linux 12 (bookworm)".</summary>
    public required string Os { get; init; }

    /// <summary>The kernel's version; null where it is not known.</summary>
    public string? Kernel { get; init; }

    /// <summary>The machine's memory in MiB; null where it is not known.</summary>
    public int? MemoryMiB { get; init; }
}
