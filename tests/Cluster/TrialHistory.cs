using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>
/// A trial's history, generated from its seed: attempts that write some of their events and end in various ways, until
/// one attempt completes. A trial whose seed is a multiple of five fails instead. What an attempt does depends only on
/// the seed and the attempt's number.
/// </summary>
internal sealed class TrialHistory(SweepCluster cluster, TrialKey key, TrialSpec spec)
{
    private static readonly AttemptEnding[] Endings =
        [AttemptEnding.Crashed, AttemptEnding.Killed, AttemptEnding.Stopped, AttemptEnding.LeaseExpired,
            AttemptEnding.Unknown];

    private static readonly NodeName Node = new NodeName("elsewhere");
    private readonly ITrialGrain _trial = cluster.Grains.GetGrain<ITrialGrain>(key.Hex);
    private readonly Random _chance = new(1000 + spec.Seed);
    private readonly TrialResult _result = Results.Of(key, spec, correct: 50 + (spec.Seed % 50));

    public static bool Fails(TrialSpec spec) => spec.Seed % 5 == 0;

    /// <summary>Sends every message once, in order.</summary>
    public async Task DeliverInOrderAsync()
    {
        while (await StateAsync() is { State: TrialState.Waiting or TrialState.Running } row)
        {
            if (row.State == TrialState.Waiting) await StartAsync();
            else await _trial.ReportAsync(
                Node, new AttemptReport(row.Attempt, EventsOf(row.Attempt), EndOf(row.Attempt)));
        }
    }

    /// <summary>
    /// Sends the messages over a network that delays, duplicates and drops messages and answers, and repeats messages
    /// that are not acknowledged, as a node does. If a test requests it, the head also gives attempts up at random
    /// times.
    /// </summary>
    public async Task DeliverInDisorderAsync(bool losesNodes)
    {
        var underWay = new List<Func<Task>>();
        var (attempt, written, acknowledged) = (0, 0, 0L);
        while (await StateAsync() is { State: TrialState.Waiting or TrialState.Running } row)
        {
            underWay.Add(StartAsync);
            if (row.Attempt != attempt) (attempt, written, acknowledged) = (row.Attempt, 0, 0);
            if (row.State == TrialState.Running)
            {
                var events = EventsOf(attempt);
                written = Math.Min(events.Count, written + _chance.Next(3));
                var isOver = written == events.Count && _chance.Next(2) == 0;
                var report = new AttemptReport(attempt, [.. events.Take(written).Skip((int)acknowledged)],
                    isOver ? EndOf(attempt) : null);
                var (of, isHeard) = (attempt, _chance.Next(2) == 0);
                underWay.Add(async () =>
                {
                    var answer = await _trial.ReportAsync(Node, report);
                    if (isHeard && !answer.Stale && of == attempt)
                        acknowledged = Math.Max(acknowledged, answer.AcknowledgedSequence);
                });
                if (losesNodes && _chance.Next(4) == 0)
                    underWay.Add(() => _trial.LoseAsync(of, "the test gave its node up"));
            }

            await DeliverSomeAsync(underWay);
        }

        // Finally all delayed messages arrive, each of them twice.
        foreach (var late in underWay.Concat(underWay).ToList()) await late();
    }

    // Delivers some of the delayed messages concurrently. Each of them may be delivered again later or be dropped.
    private async Task DeliverSomeAsync(List<Func<Task>> underWay)
    {
        Func<Task>[] shuffled = [.. underWay.Where(_ => _chance.Next(2) == 0)];
        _chance.Shuffle(shuffled);
        await Task.WhenAll(shuffled.Select(static message => message()));
        underWay.RemoveAll(_ => _chance.Next(4) == 0);
    }

    private async Task<(TrialState State, int Attempt)> StateAsync()
    {
        var row = await cluster.Reader.FindTrialAsync(key);
        return (row!.State, row.Attempt);
    }

    private async Task StartAsync() =>
        await _trial.StartAsync((await StateAsync()).Attempt + 1, Node, 0, TimeSpan.Zero);

    private List<TrainerEvent> EventsOf(int attempt)
    {
        List<TrainerEvent> all = [.. Results.Events(_result)];
        // An attempt that ends before its first checkpoint makes no progress.
        return Completes(attempt) ? all : [.. all.Take(Script(attempt).Next(Fails(spec) ? 2 : all.Count))];
    }

    private AttemptEnd EndOf(int attempt) => Completes(attempt)
        ? new AttemptEnd(AttemptEnding.Completed, "finished", 0, null, _result)
        : Fails(spec)
            ? new AttemptEnd(AttemptEnding.Crashed, $"crash {attempt}", 1, "last words")
            : new AttemptEnd(Endings[Script(attempt).Next(Endings.Length)], $"end {attempt}", attempt);

    private bool Completes(int attempt) => !Fails(spec) && attempt > spec.Seed % 3;

    private Random Script(int attempt) => new((100 * spec.Seed) + attempt);
}
