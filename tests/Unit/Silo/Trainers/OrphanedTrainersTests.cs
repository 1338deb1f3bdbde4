using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

/// <summary>Tests what a head does with the trainers that an earlier head left, before it has a silo.</summary>
public sealed class OrphanedTrainersTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sbnn-orphans-");
    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UnixEpoch);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task StopAsync_WaitsForARunningTrainer_WhenItsEventsCannotBeRead()
    {
        var attempt = AttemptFolder.Of(_folder.FullName, TrialKey.Of(new() { DataDigest = "none" }), 1);
        Directory.CreateDirectory(attempt.Path);
        Task stopping;
        using (Assert.IsType<FileLock>(FileLock.TryTake(attempt.Lock)))
        using (new FileStream(attempt.Events, FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            stopping = OrphanedTrainers.StopAsync(_folder.FullName, _clock);
            Assert.False(stopping.IsCompleted);
        }

        _clock.Advance(TimeSpan.FromSeconds(1));
        await stopping.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }
}
