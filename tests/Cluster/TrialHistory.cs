using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;

namespace Sbnn.Sweeps.Tests.Cluster;

/// <summary>
/// A trial's history, generated from its seed: attempts that write some of their events and end in various ways, until
/// one completes. A trial whose seed is a multiple of five fails instead. The same attempt number always behaves the
/// same.
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
    /// Sends messages like a node that loses some answers and repeats what is not acknowledged, over a network that
    /// delays, duplicates and drops messages. Nodes may be given up at any time, too, if a test requests it.
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
                    underWay.Add(() => _trial.LoseAsync(of, "its node was given up by the test"));
            }

            await DeliverSomeAsync(underWay);
        }

        // Delayed messages arrive after all, twice.
        foreach (var late in underWay.Concat(underWay).ToList()) await late();
    }

    // Some messages arrive concurrently, in any order. They may arrive again later, unless they are lost.
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
