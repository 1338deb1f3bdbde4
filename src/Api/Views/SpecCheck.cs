using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Reports.Plans;

namespace Sbnn.Sweeps.Api.Views;

/// <summary>
/// Checks a spec while its author writes it: finds its mistakes, or what a submission would do. It prepares no images:
/// it assumes that each dataset has the images of the newest trial on it, and that a published dataset is complete. The
/// submission itself reads the images.
/// </summary>
public sealed class SpecCheck(LedgerReader ledger, NodeViews nodes)
{
    private const string UnknownDigest = "not known";

    /// <summary>Checks a spec.</summary>
    /// <param name="spec">The spec's YAML.</param>
    /// <param name="published">The YAML of the file of published values that the spec names; null when it names
    /// none.</param>
    /// <param name="fileName">The file's name, for messages.</param>
    /// <exception cref="LedgerUnavailableException">The ledger cannot be read now.</exception>
    public async Task<CheckedSpec> CheckAsync(string spec, string? published = null, string fileName = "spec")
    {
        try
        {
            return new CheckedSpec([], await PlanAsync(SpecReader.ParseSubmitted(spec, fileName, published).Spec));
        }
        catch (BadInputException error)
        {
            return new CheckedSpec(
                error.Mistakes.Count > 0 ? error.Mistakes : [new SpecMistake(Line: null, Key: null, error.Message)],
                Plan: null);
        }
    }

    private async Task<SpecPlan> PlanAsync(SweepSpec spec)
    {
        var digests = new Dictionary<DatasetLocation, string>();
        foreach (var place in spec.Datasets())
            digests.Add(place, await ledger.FindDigestAsync(place) ?? UnknownDigest);
        // The expansion of a large grid hashes every trial, so it must not block the caller's thread.
        var expansion = await Task.Run(() => spec.Expand(digests));
        var heard = nodes.List().Where(static node => node.State == Grains.NodeState.Ready)
            .Select(static node => node.Heard!.Offer).ToList();
        var models = heard.SelectMany(static offer => offer.Gpus).Select(static gpu => gpu.Model).ToHashSet();
        var devices = models.Count == 0 ? null : models;
        var known = await ledger.ReadTrialsAsync(devices, expansion.Trials.Select(static trial => trial.Key));
        var plan = SweepPlan.Of(
            spec.Name, expansion, latest: null, known, Math.Max(1, heard.Sum(static offer => offer.Slots)),
            new ShapePace(await ledger.ReadPacesAsync(devices), TrainImagesOf));
        return SpecPlan.Of(
            plan, [.. SpecHints.Of([.. expansion.Trials.Select(static trial => trial.Spec)], TrainImagesOf)]);
    }

    private static int? TrainImagesOf(TrialSpec trial) => trial.Dataset.PublishedSize()?.Train;
}

/// <summary>A checked spec.</summary>
/// <param name="Mistakes">The spec's mistakes, at most 40; empty for a valid spec.</param>
/// <param name="Plan">What a submission would do; null when the spec has a mistake.</param>
public sealed record CheckedSpec(IReadOnlyList<SpecMistake> Mistakes, SpecPlan? Plan);
