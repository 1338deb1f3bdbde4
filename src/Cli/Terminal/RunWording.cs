using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Messages about missing images and about what a submission did.</summary>
internal static class RunWording
{
    /// <summary>Reports the images that are missing on this machine, and what a run will do about them.</summary>
    /// <param name="spec">The spec, which names the place of a missing folder.</param>
    /// <param name="place">The dataset of the images.</param>
    /// <param name="missing">What is missing.</param>
    /// <param name="isRecorded">True when the ledger has the images' digest, so that earlier results can be
    /// found.</param>
    public static string Missing(SweepSpec spec, DatasetLocation place, ImagesMissing missing, bool isRecorded)
    {
        var trials = isRecorded
            ? "until then the ledger's digest of the images identifies the trials"
            : "until then earlier results of these trials cannot be found";
        if (missing.Source is not { } source)
            return $"{spec.At(Hyperparameters.Get("folder"))}: {missing.Reason}; {trials}";
        var size = string.Create(CultureInfo.InvariantCulture, $"{source.Bytes / 1e6:0.0} MB");
        return $"images: {EnumWords.Of(place.Dataset)} is not on this machine yet: {missing.Reason}; `sbnn run` "
            + $"downloads {source.Url} ({size}); {trials}";
    }

    /// <summary>What a submission did.</summary>
    public static string Recorded(SubmittedSweep revision) => Wording.Listed(
        ", ",
        $"revision {revision.Revision}: "
            + (revision.NewTrials == 0 ? "no new trials" : Wording.Count(revision.NewTrials, "new trial")),
        Wording.Some(revision.Finished, "already finished"),
        Wording.Some(revision.Running, "already running"),
        Wording.Some(revision.Waiting - revision.NewTrials, "left from before (resumed where they have checkpoints)"),
        Wording.Some(revision.Failed, "failed before"),
        Wording.Some(revision.Withdrawn, "withdrawn"),
        Wording.Some(revision.Stopping, "stopping because no sweep needs them"),
        revision.DesiredStateBefore is { } before and not DesiredState.Active
            ? $"active again (it was {EnumWords.Of(before)})" : null);
}
