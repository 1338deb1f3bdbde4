using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Files;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// A trainer whose checkpoints are sent to the head: regularly while it trains, and always when it exits without a
/// result. The kept weights of a result are sent, too. The trainer's end is reported after the last upload, so that the
/// next attempt finds the checkpoint, and the attempt still belongs to this node. If the head does not accept
/// the checkpoint, the end is delayed only until the timeout. If it cannot be reached to upload the weights, the end is
/// delayed by an hour at most.
/// </summary>
/// <param name="trainer">The trainer.</param>
/// <param name="attempt">The trainer's attempt.</param>
/// <param name="folder">The attempt's folder.</param>
/// <param name="uploader">Sends checkpoints.</param>
/// <param name="timeout">How long the trainer's end may wait for the last upload.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadingTrainer(
    ITrainer trainer, AttemptId attempt, AttemptFolder folder, FileUploader uploader, TimeSpan timeout,
    TimeProvider time)
    : ITrainer
{
    private static readonly TimeSpan LongestUploadOfWeights = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource _stop = new();
    private Task<bool> _upload = Task.FromResult(true);
    private long _uploadedAt = time.GetTimestamp();
    private long? _endedAt;
    private Task<bool>? _last;

    /// <inheritdoc/>
    public TimeSpan HangAfter
    {
        set => trainer.HangAfter = value;
    }

    /// <inheritdoc/>
    public GpuUse? Gpu => trainer.Gpu;

    /// <inheritdoc/>
    public IReadOnlyList<TrainerEvent> ReadEvents(long after) => trainer.ReadEvents(after);

    /// <inheritdoc/>
    public AttemptEnd? FindEnd()
    {
        if (trainer.FindEnd() is { } end)
        {
            if (end.LacksImages || (end.Ending == AttemptEnding.Completed && end.Weights is null)) return end;
            _endedAt ??= time.GetTimestamp();
            return HasSent(end.Weights, time.GetElapsedTime(_endedAt.Value)) ? end : null;
        }

        if (_upload.IsCompleted && time.GetElapsedTime(_uploadedAt) >= uploader.Every)
        {
            _uploadedAt = time.GetTimestamp();
            _upload = SendAsync(stop => uploader.SendNewestAsync(attempt, folder, stop));
        }

        return null;
    }

    /// <inheritdoc/>
    public void RenewLease() => trainer.RenewLease();

    /// <inheritdoc/>
    public void Stop() => trainer.Stop();

    /// <inheritdoc/>
    public void Prune() => trainer.Prune();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_upload, _last ?? _upload);
        _stop.Dispose();
        await trainer.DisposeAsync();
    }

    // While the head cannot be reached, the end cannot be reported either, so weights are sent again until they arrive.
    private bool HasSent(KeptWeights? weights, TimeSpan sinceEnd)
    {
        if (weights is null)
        {
            _last ??= SendAsync(stop => uploader.SendNewestAsync(attempt, folder, stop));
            return _last.IsCompleted || sinceEnd > timeout;
        }

        if (_last is null or { IsCompletedSuccessfully: true, Result: false })
            _last = SendAsync(stop => uploader.SendWeightsAsync(attempt, folder, weights, stop));
        return _last is { IsCompletedSuccessfully: true, Result: true } || sinceEnd > LongestUploadOfWeights;
    }

    private async Task<bool> SendAsync(Func<CancellationToken, Task<bool>> send)
    {
        try
        {
            return await Task.Run(() => send(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            return false; // The trainer was disposed, or the head did not answer in time.
        }
    }
}
