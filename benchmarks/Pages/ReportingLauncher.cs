using System.Text.Json;
using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Benchmarks.Pages;

/// <summary>
/// Launches trainers that train nothing, but report an epoch with 16 layers each second and write it to their logs, as
/// real ones do.
/// </summary>
/// <param name="slots">The number of slots of the node.</param>
/// <param name="trials">The folder of the trials' files.</param>
internal sealed class ReportingLauncher(int slots, string trials) : ITrainerLauncher
{
    public NodeOffer Offer => NodeOffer.OfCpu(slots);

    public Task<ITrainer> LaunchAsync(TrainerOrder order, Action changed, CancellationToken cancellation) =>
        Task.FromResult<ITrainer>(new ReportingTrainer(AttemptFolder.Of(trials, order.Id.Trial, order.Id.Attempt)));

    public Task<ITrainer?> FindAsync(AttemptId attempt, CancellationToken cancellation) =>
        Task.FromResult<ITrainer?>(null);

    private sealed class ReportingTrainer : ITrainer
    {
        private const int Layers = 16;
        private readonly AttemptFolder _folder;
        private readonly List<TrainerEvent> _unread = [];
        private readonly Timer _timer;
        private long _sequence;

        public ReportingTrainer(AttemptFolder folder)
        {
            _folder = folder;
            Directory.CreateDirectory(folder.Path);
            Write(new TrialStarted
            {
                Sequence = ++_sequence,
                At = DateTimeOffset.UtcNow,
                DeviceClass = "none",
                StepsPerEpoch = 98,
            });
            _timer = new Timer(_ => WriteEpoch(), state: null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        }

        public IReadOnlyList<TrainerEvent> ReadEvents(long after)
        {
            lock (_unread)
            {
                _unread.RemoveAll(read => read.Sequence <= after);
                return [.. _unread];
            }
        }

        public AttemptEnd? FindEnd() => null;

        public TimeSpan HangAfter
        {
            set { }
        }

        public void RenewLease()
        {
        }

        public void Stop()
        {
        }

        public void Prune()
        {
        }

        public ValueTask DisposeAsync() => _timer.DisposeAsync();

        private void WriteEpoch()
        {
            var epoch = (int)_sequence;
            Write(MadeUpTrials.EpochEvent(++_sequence, MadeUpTrials.Epoch(epoch, Layers)));
        }

        private void Write(TrainerEvent written)
        {
            File.AppendAllText(_folder.Events, $"{JsonSerializer.Serialize(written, SbnnJson.Options)}\n");
            lock (_unread) _unread.Add(written);
        }
    }
}
