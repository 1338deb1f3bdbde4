using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Ledger.Results;

/// <summary>Where and when an attempt ran, and how it ended.</summary>
public sealed record AttemptProvenance
{
    /// <summary>The attempt's number: 1, 2, ….</summary>
    public required int Attempt { get; init; }

    public required NodeName Node { get; init; }

    /// <summary>The device class; null before the attempt has started to train.</summary>
    public string? DeviceClass { get; init; }

    /// <summary>The model of the GPU; null when the attempt ran on CPU threads.</summary>
    public string? GpuModel { get; init; }

    /// <summary>The versions and the system of the trainer; null when the trainer did not report them.</summary>
    public TrainerFacts? Trainer { get; init; }

    /// <summary>The peak memory of the trainer's process in MiB; null when it is unknown.</summary>
    public int? PeakMemoryMiB { get; init; }

    /// <summary>
    /// The peak GPU memory in MiB that trials of this shape used on this model of GPU; null on a CPU, and when it is
    /// unknown.
    /// </summary>
    public int? PeakGpuMemoryMiB { get; init; }

    /// <summary>When the attempt got its slot.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How the attempt ended (a word of <see cref="AttemptEnding"/>); null while it runs.</summary>
    public string? Ending { get; init; }

    /// <summary>Why the attempt ended, in a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The epoch of the checkpoint from which the attempt resumed; null when it started from the beginning.
    /// </summary>
    public int? ResumedAtEpoch { get; init; }

    /// <summary>Why an existing checkpoint was not used; null otherwise.</summary>
    public string? StartedAfresh { get; init; }

    /// <summary>
    /// The key of the short trial that tested, before the training, whether resuming is exact on the attempt's device
    /// class; null when no such test was made.
    /// </summary>
    public TrialKey? Preflight { get; init; }

    /// <summary>Whether the preflight's resumed training ended with the same bytes; null when unknown.</summary>
    public bool? IsResumeExact { get; init; }

    /// <summary>What the preflight compared, in a sentence.</summary>
    public string? PreflightDetail { get; init; }

    /// <summary>How long the attempt occupied its slot; null while it runs.</summary>
    public TimeSpan? Duration => EndedAt is { } ended ? ended - StartedAt : null;

    /// <summary>True when the attempt ended without a result and without a request to stop.</summary>
    public bool HasFailed => Ending is { } ending && ending != EnumWords.Of(AttemptEnding.Completed)
        && ending != EnumWords.Of(AttemptEnding.Stopped);
}

/// <summary>Derives facts of a trial from its attempts, first to last.</summary>
public static class AttemptProvenanceExtensions
{
    /// <summary>
    /// Whether a resumed training ends with the same bytes on the device class of the last attempt; null when that is
    /// not known. If the last attempt has no preflight result, an earlier attempt on the same device class counts.
    /// </summary>
    public static bool? FindResumeCheck(this IReadOnlyList<AttemptProvenance> attempts) =>
        attempts is [.., { } last]
            ? attempts.LastOrDefault(attempt => attempt.IsResumeExact is not null
                && attempt.DeviceClass == last.DeviceClass)?.IsResumeExact
            : null;

    /// <summary>The device class of the last attempt that started to train; null when no attempt did.</summary>
    public static string? FindDeviceClass(this IReadOnlyList<AttemptProvenance> attempts) =>
        attempts.LastOrDefault(static attempt => attempt.DeviceClass is not null)?.DeviceClass;
}
