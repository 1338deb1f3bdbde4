using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>Where and when an attempt ran, and how it ended.</summary>
public sealed record AttemptProvenance
{
    /// <summary>1, 2, ….</summary>
    public required int Attempt { get; init; }

    public required NodeName Node { get; init; }

    /// <summary>Its device class, once it started.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>The model of its GPU; null when it ran on CPU threads.</summary>
    public string? GpuModel { get; init; }

    /// <summary>With what it trained, and on what system; null where its trainer did not say.</summary>
    public TrainerFacts? Trainer { get; init; }

    /// <summary>The most memory that its process held, in MiB; null where it is not known.</summary>
    public int? PeakMemoryMiB { get; init; }

    /// <summary>
    /// The most GPU memory that trials of its shape took on its model of GPU, in MiB; null on a CPU, and where it is
    /// not known.
    /// </summary>
    public int? PeakGpuMemoryMiB { get; init; }

    /// <summary>When it was given its slot.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended (a word of <see cref="AttemptEnding"/>); null while it runs.</summary>
    public string? Ending { get; init; }

    /// <summary>Why, in a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>Epochs that its checkpoint had; null when it began at the start.</summary>
    public int? ResumedAtEpoch { get; init; }

    /// <summary>Why a checkpoint that was there was not used, if so.</summary>
    public string? StartedAfresh { get; init; }

    /// <summary>
    /// The short trial whose preflight stands for this one on its device class; null when there was none.
    /// </summary>
    public TrialKey? Preflight { get; init; }

    /// <summary>What that preflight found: whether a stopped training resumes to the same bytes.</summary>
    public bool? IsResumeExact { get; init; }

    /// <summary>What it compared, in a sentence.</summary>
    public string? PreflightDetail { get; init; }

    /// <summary>How long it held its slot; null while it runs.</summary>
    public TimeSpan? Duration => EndedAt is { } ended ? ended - StartedAt : null;

    /// <summary>True when it ended without a result, unless it was asked to stop.</summary>
    public bool HasFailed => Ending is { } ending && ending != EnumWords.Of(AttemptEnding.Completed)
        && ending != EnumWords.Of(AttemptEnding.Stopped);
}

/// <summary>What follows from a trial's attempts, first to last.</summary>
public static class AttemptProvenanceExtensions
{
    /// <summary>
    /// What the preflights found on the device class of the last attempt: whether a stopped training resumes to the
    /// same bytes. Null when that is not known.
    /// </summary>
    public static bool? FindResumeCheck(this IReadOnlyList<AttemptProvenance> attempts) =>
        attempts is [.., { } last]
            ? attempts.LastOrDefault(attempt => attempt.IsResumeExact is not null
                && attempt.DeviceClass == last.DeviceClass)?.IsResumeExact
            : null;

    /// <summary>The device class of the last attempt that started; null when none did.</summary>
    public static string? FindDeviceClass(this IReadOnlyList<AttemptProvenance> attempts) =>
        attempts.LastOrDefault(static attempt => attempt.DeviceClass is not null)?.DeviceClass;
}
