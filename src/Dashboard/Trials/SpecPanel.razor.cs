using System.Globalization;
using Microsoft.AspNetCore.Components;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger.Results;

namespace Sbnn.Sweeps.Dashboard.Trials;

/// <summary>The settings of a trial, where and with what it was trained, and its weights.</summary>
public sealed partial class SpecPanel
{
    /// <summary>The trial.</summary>
    [Parameter, EditorRequired]
    public TrialDetail Trial { get; set; } = null!;

    private string AddressOf(string weights) => $"api/v1/trials/{Trial.Progress.Key.Hex}/weights/{weights}";

    private TrialSpec Spec => Trial.Progress.Spec;

    private IEnumerable<(string Name, string Value)> Provenance
    {
        get
        {
            yield return ("key", Trial.Progress.Key.Hex);
            if (Spec.DataDigest is { } images) yield return ("images", images);
            if (Trial.Attempts.FindDeviceClass() is { } device) yield return ("device class", device);
            if (Trial.Attempts.LastOrDefault(static attempt => attempt.Trainer is not null)?.Trainer is { } trainer)
            {
                yield return ("trainer", trainer.Version);
                yield return ("torch", $"TorchSharp {trainer.TorchSharp}, libtorch {trainer.Libtorch}");
                yield return ("system", Wording.Listed(", ", trainer.Os, trainer.Kernel, $".NET {trainer.DotNet}"));
            }

            if (Trial.Attempts.LastOrDefault(static attempt => attempt.PeakMemoryMiB is not null) is { } measured)
                yield return ("peak memory", Wording.Memory(measured.PeakMemoryMiB!.Value));
            if (Trial.Attempts.FindResumeCheck() is { } isExact)
                yield return ("resume", isExact ? "exact" : "inexact");
            if (Trial.Constraint is { } constraint) yield return ("target", EnumWords.Of(constraint));
            if (Trial.CommittedAt is { } committed)
            {
                yield return ("result committed",
                    committed.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
            }

            if (Trial.ResultSha256 is { } digest) yield return ("result SHA-256", digest);
        }
    }
}
