using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Files;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// A trainer whose checkpoints are sent to the head: regularly while it trains, and always when it exits without a
/// result. Its end is reported after the last upload, so that the next attempt finds the checkpoint. A head that does
/// not accept the upload delays the end only until the timeout.
/// </summary>
/// <param name="trainer">The trainer.</param>
/// <param name="attempt">The trainer's attempt.</param>
/// <param name="folder">The attempt's folder.</param>
/// <param name="uploader">Sends checkpoints.</param>
/// <param name="timeout">How long the trainer's end may wait for the last upload.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadingTrainer(
    ITrainer trainer, AttemptId attempt, AttemptFolder folder, CheckpointUploader uploader, TimeSpan timeout,
    TimeProvider time)
    : ITrainer
{
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
            if (end.Ending == AttemptEnding.Completed || end.LacksImages) return end;
            _endedAt ??= time.GetTimestamp();
            _last ??= SendAsync();
            return _last.IsCompleted || time.GetElapsedTime(_endedAt.Value) > timeout ? end : null;
        }

        if (_upload.IsCompleted && time.GetElapsedTime(_uploadedAt) >= uploader.Every)
        {
            _uploadedAt = time.GetTimestamp();
            _upload = SendAsync();
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

    private async Task<bool> SendAsync()
    {
        try
        {
            return await Task.Run(() => uploader.SendNewestAsync(attempt, folder, _stop.Token));
        }
        catch (OperationCanceledException)
        {
            return false; // The trainer was disposed, or the head did not answer in time.
        }
    }
}
