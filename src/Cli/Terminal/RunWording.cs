using System.Globalization;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>What a run says of images that it lacks, and of its submission.</summary>
internal static class RunWording
{
    /// <summary>The images that are not here, and what a run does about that.</summary>
    /// <param name="place">Which images.</param>
    /// <param name="missing">What is missing.</param>
    /// <param name="isRecorded">True when the ledger knows their digest, so that trials can be compared all the
    /// same.</param>
    public static string Missing(DatasetLocation place, ImagesMissing missing, bool isRecorded)
    {
        var run = missing.Source is { } source
            ? string.Create(CultureInfo.InvariantCulture, $"run fetches {source.Url} ({source.Bytes / 1e6:0.0} MB)")
            : "run needs them";
        var trials = isRecorded
            ? "trials are compared by the digest in the ledger"
            : "their trials have no keys before that";
        var name = place.Folder ?? EnumWords.Of(place.Dataset);
        return $"images: {name}, not here yet: {missing.Reason}; {run}, and {trials}";
    }

    /// <summary>What a submission came to.</summary>
    public static string Recorded(SubmittedSweep revision) => Wording.Listed(
        ", ",
        $"revision {revision.Revision}: {revision.NewTrials} new",
        Wording.Some(revision.Finished, "finished already"),
        Wording.Some(revision.Running, "running already"),
        Wording.Some(revision.Waiting - revision.NewTrials, "waiting already"),
        Wording.Some(revision.Failed, "failed before"),
        Wording.Some(revision.Withdrawn, "withdrawn"),
        Wording.Some(revision.Stopping, "stopping, for no sweep wants them any more"),
        revision.DesiredStateBefore is { } before and not DesiredState.Active
            ? $"active again (it was {EnumWords.Of(before)})" : null);
}
