using Sbnn.Sweeps.Benchmarks.Ledger;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Benchmarks.Throughput;

/// <summary>
/// Launches trainers that end immediately, each with its events and a complete result. One launcher may serve several
/// nodes.
/// </summary>
/// <param name="slots">The number of slots of each node.</param>
/// <param name="ended">Called once a trial's end is committed and the node has disposed the trainer.</param>
internal sealed class NoOpLauncher(int slots, Action ended) : ITrainerLauncher
{
    public NodeOffer Offer => NodeOffer.OfCpu(slots);

    public Task<ITrainer> LaunchAsync(TrainerOrder order, Action changed, CancellationToken cancellation)
    {
        changed();
        return Task.FromResult<ITrainer>(new NoOpTrainer(order, ended));
    }

    public Task<ITrainer?> FindAsync(AttemptId attempt, CancellationToken cancellation) =>
        Task.FromResult<ITrainer?>(null);

    private sealed class NoOpTrainer(TrainerOrder order, Action ended) : ITrainer
    {
        private const int Layers = 16;
        private static readonly IReadOnlyList<EpochRecord> Epochs =
            [.. Enumerable.Range(1, 300).Select(static epoch => MadeUpTrials.Epoch(epoch, Layers))];

        private readonly TrialResult _result = new()
        {
            Trial = order.Id.Trial,
            Spec = order.Spec,
            Constraint = ConstraintOutcome.Reached,
            BestEpoch = order.Spec.Epochs,
            Epochs = [.. Epochs.Take(order.Spec.Epochs)],
        };

        public IReadOnlyList<TrainerEvent> ReadEvents(long after) => [.. Events().Where(e => e.Sequence > after)];

        public AttemptEnd? FindEnd() => new(AttemptEnding.Completed, "finished", 0, null, _result);

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

        public ValueTask DisposeAsync()
        {
            ended();
            return ValueTask.CompletedTask;
        }

        private IEnumerable<TrainerEvent> Events()
        {
            var sequence = 0L;
            yield return new TrialStarted
            {
                Sequence = ++sequence,
                At = DateTimeOffset.UnixEpoch,
                DeviceClass = "none",
                StepsPerEpoch = 98
            };
            foreach (var epoch in _result.Epochs)
            {
                yield return MadeUpTrials.EpochEvent(++sequence, epoch);
                yield return new CheckpointWritten
                {
                    Sequence = ++sequence,
                    At = DateTimeOffset.UnixEpoch,
                    Epoch = epoch.Epoch,
                    Step = 0
                };
            }

            yield return new TrialCompleted { Sequence = ++sequence, At = DateTimeOffset.UnixEpoch };
        }
    }
}
