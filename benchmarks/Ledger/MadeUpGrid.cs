using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Benchmarks.Ledger;

/// <summary>A made-up sweep of a large grid: trials that finish, and trials that train for days.</summary>
internal static class MadeUpGrid
{
    public const string Name = "load";

    private const int Cells = 450, EpochsOfFinished = 3;
    private static readonly NodeName Node = new("node");

    /// <summary>The sweep, as its spec describes it, except that its last trials have more epochs.</summary>
    /// <param name="finished">The number of trials that finish.</param>
    /// <param name="others">The number of trials that train for days.</param>
    public static SweepSubmission Of(int finished, int others)
    {
        var text = FormattableString.Invariant(
            $$"""
            name: {{Name}}
            trial: {epochs: {{EpochsOfFinished}}}
            axes:
              - domain: [symmetric, learned]
              - sparsity: [15, 25, 35, 45, 55, 65, 75, 85, 95]
              - gamma: [0.03, 0.05, 0.07, 0.09, 0.11]
              - learning-rate: [0.0005, 0.001, 0.002, 0.004, 0.008]
            seeds: {{(finished + others + Cells - 1) / Cells}}
            """);
        var spec = SpecReader.ParseSubmitted(text, "load.yaml", published: null).Spec;
        var all = SweepSubmission.Of(spec, text, spec.Expand(static _ => "none"));
        return all with
        {
            Trials =
            [
                .. all.Trials.Take(finished),
                .. all.Trials.Skip(finished).Take(others).Select(static trial => Keyed(trial.Spec with
                {
                    Epochs = 100_000,
                })),
            ],
        };
    }

    /// <summary>Records the results of trials. Their accuracies differ.</summary>
    /// <param name="writer">The ledger's writer.</param>
    /// <param name="trials">The trials.</param>
    /// <param name="layers">The number of binary layers of each epoch, at most 16.</param>
    public static Task FinishAsync(LedgerWriter writer, IEnumerable<KeyedTrial> trials, int layers)
    {
        var epochs = Enumerable.Range(1, EpochsOfFinished).Select(epoch => MadeUpTrials.Epoch(epoch, layers)).ToList();
        return Parallel.ForEachAsync(trials, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (trial, _) =>
        {
            var attempt = new AttemptId(trial.Key, 1);
            await writer.StartAttemptAsync(attempt, Node, 0);
            var correct = 8500 + (trial.Spec.Seed * 7 % 100) + (int)(5 * trial.Spec.Sparsity ?? 0);
            await writer.CommitResultAsync(attempt, new TrialResult
            {
                Trial = trial.Key,
                Spec = trial.Spec,
                Constraint = ConstraintOutcome.Reached,
                BestEpoch = 1,
                Epochs = [.. epochs.Select(epoch => epoch with { Correct = correct + epoch.Epoch })],
            });
        });
    }

    private static KeyedTrial Keyed(TrialSpec spec) => new(TrialKey.Of(spec), spec);
}
