using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains.Scheduling;

namespace Sbnn.Sweeps.Tests.Unit.Grains.Scheduling;

/// <summary>
/// Tests invariants that must hold after every message of any history. A failure's message states the seed, the step
/// and the history.
/// </summary>
public sealed class SchedulePropertyTests
{
    private const int Seeds = 300;
    private const int Steps = 60;

    [Fact]
    public void Invariants_Hold_AfterEachMessageOfAnyHistory() => Each(static (world, _) =>
    {
        var derived = new PhaseIndexes();
        foreach (var node in world.Schedule.Indexes.Slots.Devices.GroupBy(static device => device.Node))
        {
            derived.Slots.SetOffer(node.Key, new NodeOffer(
                node.Single(static device => device.Kind == DeviceKind.Cpu).Slots,
                [.. node.Select(static device => device.Gpu).OfType<GpuOffer>()])
            {
                DeviceClass = node.Single(static device => device.Kind == DeviceKind.Cpu).DeviceClass,
            });
        }

        foreach (var trial in world.Schedule.Trials) derived.Add(trial);
        Assert.Equal(derived.ToString(), world.Schedule.Indexes.ToString());

        Assert.DoesNotContain(world.Schedule.Trials, trial => trial.Phase is Running
            && world.Ended.Contains(trial.CurrentOrNext));
        Assert.All(world.Ended,
            ended => Assert.True(world.Schedule.Find(ended.Trial) is not { } trial || trial.Attempt >= ended.Attempt));
        foreach (var slot in Holding(world.Schedule).GroupBy(static trial => trial.Phase.Holds!.Value))
            Assert.Single(slot);
        foreach (var alone in Holding(world.Schedule).Where(static trial => trial.Facts.RunsAlone))
        {
            Assert.Single(Holding(world.Schedule), trial => DeviceOf(trial) == DeviceOf(alone));
        }

    });

    [Fact]
    public void TrialFacts_EqualThoseOfANewSchedule_OnceTheLedgerIsLoaded() => EachEnd(static world =>
    {
        world.Load();
        var fresh = world.Fresh();

        Assert.Equal(Sorted(fresh).Select(FactsOf), Sorted(world.Schedule)
            .Where(trial => fresh.Find(trial.Key) is not null).Select(FactsOf));
        Assert.All(world.Schedule.Trials,
            trial => Assert.True(fresh.Find(trial.Key) is not null || trial.Phase is Starting { IsUnresolved: false }));
        Assert.All(fresh.Trials, trial =>
        {
            if (trial.Phase is Running expected)
                Assert.Equal(expected.IsNeeded, Assert.IsType<Running>(world.Schedule.Find(trial.Key)!.Phase).IsNeeded);
        });
    });

    [Fact]
    public void TrialPhases_EqualThoseOfANewSchedule_OnceNodesAndStartsAreSettled() => EachEnd(static world =>
    {
        world.Settle();
        var fresh = world.Fresh();

        Assert.Empty(world.ReportTo(fresh));
        Assert.Equal(Sorted(fresh).Select(PhaseOf), Sorted(world.Schedule).Select(PhaseOf));
    });

    [Fact]
    public void AllTrials_End_AfterAnyHistory()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var world = new ScheduleWorld(seed);
            for (var step = 0; step < Steps
                && !world.History.Exists(static what => what.StartsWith("drain", StringComparison.Ordinal)); step++)
                world.Step();
            if (world.History.Exists(static what => what.StartsWith("drain", StringComparison.Ordinal))) continue;
            world.Finish();
        }
    }

    private static void Each(Action<ScheduleWorld, int> check)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var world = new ScheduleWorld(seed);
            for (var step = 1; step <= Steps; step++)
            {
                world.Step();
                Check(world, seed, step, () => check(world, step));
            }
        }
    }

    // The check changes the world, which cannot continue afterwards. Therefore each prefix of each history is replayed
    // from the beginning.
    private static void EachEnd(Action<ScheduleWorld> check)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            for (var steps = 1; steps <= Steps; steps += 3)
            {
                var world = new ScheduleWorld(seed);
                for (var step = 0; step < steps; step++) world.Step();
                Check(world, seed, steps, () => check(world));
            }
        }
    }

    private static void Check(ScheduleWorld world, int seed, int step, Action check)
    {
        try
        {
            check();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException(
                $"seed {seed}, step {step}: {error.Message}\n{string.Join('\n', world.History)}", error);
        }
    }

    // Omits attempts that are being given up, because they must release their slots and no node is ordered to run them.
    private static IEnumerable<OpenTrial> Holding(Schedule schedule) =>
        schedule.Trials.Where(static trial => trial.Phase.Holds is not null
            && trial.Phase is not Running { LostBecause: not null });

    private static (NodeName, string?) DeviceOf(OpenTrial trial) =>
        (trial.Phase.Holds!.Value.Node, trial.Phase.Holds.Value.Gpu);

    private static IEnumerable<OpenTrial> Sorted(Schedule schedule) =>
        schedule.Trials.OrderBy(static trial => trial.Key.Hex, StringComparer.Ordinal);

    private static (TrialKey, int, DateTimeOffset?, int, string) FactsOf(OpenTrial trial) =>
        (trial.Key, trial.Attempt, trial.Facts.NotBefore, trial.Facts.Priority, trial.Facts.Sweep);

    private static (TrialKey, string, SlotAddress?, bool) PhaseOf(OpenTrial trial) =>
        (trial.Key, trial.Phase.GetType().Name, trial.Phase.Holds, trial.Phase is Running { IsNeeded: true });
}
