using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Api.Endpoints;

/// <summary>
/// Takes specs: prepares their images, expands and records them. One at a time, because decoding and large grids take
/// processors and memory that trainings
/// have use for; the others wait, and hear for whom.
/// </summary>
internal sealed class SubmissionService(IPreparedImages images, IGrainFactory grains) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private string _current = "";

    /// <summary>
    /// Records a spec's sweep. Throws <see cref="Core.BadInputException"/> when its images or its grid do not allow it.
    /// A cancellation ends it until it is
    /// recorded.
    /// </summary>
    /// <param name="file">The spec.</param>
    /// <param name="traceParent">The span that submits it.</param>
    /// <param name="tell">Receives each step: an event's name, and words for people.</param>
    /// <param name="cancellation">Cancelled when the client hangs up.</param>
    public async Task<SubmittedSweep> SubmitAsync(
        SpecFile file, string? traceParent, Func<string, string, Task> tell, CancellationToken cancellation)
    {
        var submission = await ExpandAsync(file, tell, cancellation) with { TraceParent = traceParent };
        return (await grains.GetGrain<ISweepGrain>(submission.Name).SubmitAsync(submission)).ToContract();
    }

    public void Dispose() => _one.Dispose();

    private async Task<SweepSubmission> ExpandAsync(
        SpecFile file, Func<string, string, Task> tell, CancellationToken cancellation)
    {
        if (!_one.Wait(0, CancellationToken.None))
        {
            await tell(SubmissionEvent.Waiting, $"waits for the head, which prepares sweep {_current}");
            await _one.WaitAsync(cancellation);
        }

        try
        {
            _current = file.Spec.Name;
            var prepared = new Dictionary<DatasetLocation, PreparedDataset>();
            foreach (var place in file.Spec.Datasets())
                prepared.Add(place, await PrepareAsync(place, tell, cancellation));
            file.Spec.CheckImages(prepared);
            var expansion = file.Spec.Expand(place => prepared[place].Digest);
            var hints = SpecHints.Of(
                [.. expansion.Trials.Select(static trial => trial.Spec)],
                trial => prepared.GetValueOrDefault(DatasetLocation.Of(trial))?.TrainImages);
            foreach (var hint in hints) await tell(SubmissionEvent.Hint, hint);
            var (trials, excluded, merged) = (expansion.Trials.Count, expansion.Excluded, expansion.Merged);
            await tell(SubmissionEvent.Preparing, SubmissionWording.Expanded(file.Spec.Name, trials, excluded, merged));
            cancellation.ThrowIfCancellationRequested();
            return SweepSubmission.Of(file.Spec, file.Text, expansion);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<PreparedDataset> PrepareAsync(
        DatasetLocation place, Func<string, string, Task> tell, CancellationToken cancellation)
    {
        await tell(SubmissionEvent.Preparing, $"looks for the images of {place.Folder ?? EnumWords.Of(place.Dataset)}");
        PrepareEvent? last = null;
        var lines = new PreparationLines();
        await foreach (var news in images.PrepareAsync(place, cancellation))
        {
            last = news;
            if (lines.Find(news) is { } line) await tell(SubmissionEvent.Preparing, line);
        }

        var prepared = last as PreparedDataset
            ?? throw new InvalidOperationException("the trainer ended without telling of its images");
        await tell(SubmissionEvent.Preparing, SubmissionWording.Images(place, prepared));
        return prepared;
    }
}
