using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Files;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// A trainer whose checkpoints go to the head: now and then while it trains, and always when it has left without a
/// result. Its end is reported after that, so the next attempt finds the checkpoint; a head that does not take it is
/// not waited for beyond the patience.
/// </summary>
/// <param name="trainer">The trainer.</param>
/// <param name="attempt">Its attempt.</param>
/// <param name="folder">Its folder.</param>
/// <param name="uploader">Sends checkpoints.</param>
/// <param name="patience">How long its end may wait for the last upload.</param>
/// <param name="time">The clock.</param>
internal sealed class UploadingTrainer(
    ITrainer trainer, AttemptId attempt, AttemptFolder folder, CheckpointUploader uploader, TimeSpan patience,
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
            return _last.IsCompleted || time.GetElapsedTime(_endedAt.Value) > patience ? end : null;
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
            return false; // Let go of, or the head did not answer in time.
        }
    }
}
