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
/// Accepts specs: prepares their images, expands them and records them. It handles one spec at a time, because decoding
/// images and expanding large grids take processor time and memory from the trainers. Other specs wait, and their
/// clients get the name of the sweep that is being prepared.
/// </summary>
public sealed class SubmissionService(IPreparedImages images, IGrainFactory grains) : IDisposable
{
    private readonly SemaphoreSlim _lock = new(1);
    private string _current = "";

    /// <summary>
    /// Records a spec's sweep. Throws <see cref="Core.BadInputException"/> when the spec does not fit its images or its
    /// grid is not valid. The call can be cancelled until the sweep is recorded.
    /// </summary>
    /// <param name="file">The spec.</param>
    /// <param name="traceParent">The W3C <c>traceparent</c> of the submitting span.</param>
    /// <param name="report">Receives each step: an event's name, and a line for the user.</param>
    /// <param name="cancellation">Cancelled when the client disconnects.</param>
    public async Task<SubmittedSweep> SubmitAsync(
        SpecFile file, string? traceParent, Func<string, string, Task> report, CancellationToken cancellation)
    {
        var submission = await ExpandAsync(file, report, cancellation) with { TraceParent = traceParent };
        return (await grains.GetGrain<ISweepGrain>(submission.Name).SubmitAsync(submission)).ToContract();
    }

    public void Dispose() => _lock.Dispose();

    private async Task<SweepSubmission> ExpandAsync(
        SpecFile file, Func<string, string, Task> report, CancellationToken cancellation)
    {
        if (!_lock.Wait(0, CancellationToken.None))
        {
            await report(SubmissionEvent.Waiting, $"waiting, because the head is preparing sweep {_current}");
            await _lock.WaitAsync(cancellation);
        }

        try
        {
            _current = file.Spec.Name;
            var prepared = new Dictionary<DatasetLocation, PreparedDataset>();
            foreach (var place in file.Spec.Datasets())
                prepared.Add(place, await PrepareAsync(place, report, cancellation));
            file.Spec.CheckImages(prepared);
            var expansion = file.Spec.Expand(place => prepared[place].Digest);
            var hints = SpecHints.Of(
                [.. expansion.Trials.Select(static trial => trial.Spec)],
                trial => prepared.GetValueOrDefault(DatasetLocation.Of(trial))?.TrainImages);
            foreach (var hint in hints) await report(SubmissionEvent.Hint, hint);
            var trials = expansion.Trials.Select(static trial => trial.Spec);
            await report(SubmissionEvent.Preparing,
                SubmissionWording.Expanded(file.Spec.Name, trials, expansion.Excluded, expansion.Merged));
            cancellation.ThrowIfCancellationRequested();
            return SweepSubmission.Of(file.Spec, file.Text, expansion);
        }
        finally
        {
            _lock.Release();
        }
    }

    private async Task<PreparedDataset> PrepareAsync(
        DatasetLocation place, Func<string, string, Task> report, CancellationToken cancellation)
    {
        await report(SubmissionEvent.Preparing,
            $"preparing the images of {place.Folder ?? EnumWords.Of(place.Dataset)}");
        PrepareEvent? last = null;
        var lines = new PreparationLines();
        await foreach (var news in images.PrepareAsync(place, cancellation))
        {
            last = news;
            if (lines.Find(news) is { } line) await report(SubmissionEvent.Preparing, line);
        }

        var prepared = last as PreparedDataset
            ?? throw new InvalidOperationException(PrepareEvent.NoAnswer);
        await report(SubmissionEvent.Preparing, SubmissionWording.Images(place, prepared));
        return prepared;
    }
}
