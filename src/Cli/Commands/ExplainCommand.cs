using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Reports.Plans;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn explain spec.yaml</c>: what a run would train, why, and about how long it would take. Nothing is recorded or started.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var (spec, home, data, threads, slots, json) = (
            SharedOptions.Spec(), SharedOptions.Home(), SharedOptions.Data(), SharedOptions.Threads(), SharedOptions.Slots(), SharedOptions.Json());
        var trials = new Option<bool>("--trials") { Description = "List every trial, not only how many stand alike." };
        var command = new Command("explain", "Say what a run of the spec would train and why, and about how long it would take. Starts nothing.")
        {
            spec, home, data, threads, slots, trials, json,
        };
        command.SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(async () =>
        {
            var plan = await PlanAsync(
                SpecReader.Read(parsed.GetRequiredValue(spec).ToString()), new HomeFolder(parsed.GetRequiredValue(home).FullName),
                parsed.GetRequiredValue(data).FullName, SharedOptions.Places(parsed, threads, slots).Slots, cancellation);
            if (parsed.GetValue(json)) Printed.Json(plan);
            else foreach (var line in Lines(plan, parsed.GetValue(trials))) Console.Out.WriteLine(line);
            return ExitCode.Done;
        }));
        return command;
    }

    // Keys need the images' digests, so images that were never prepared are prepared here, as a run would.
    private static async Task<SweepPlan> PlanAsync(SweepSpec spec, HomeFolder home, string dataRoot, int slots, CancellationToken cancellation)
    {
        var expansion = spec.Expand(await ImagePreparation.PrepareAsync(TrainerProgram.Find(), spec, dataRoot, new PlainPreparation(Console.Error), Console.Error.WriteLine, cancellation));
        if (!File.Exists(home.Ledger)) return SweepPlan.Of(spec.Name, expansion, latest: null, [], slots);
        using var ledger = LedgerReader.Open(home.Ledger);
        return SweepPlan.Of(spec.Name, expansion, await ledger.FindProgressAsync(spec.Name), await ledger.ReadTrialsAsync(), slots);
    }

    private static IEnumerable<string> Lines(SweepPlan plan, bool everyTrial)
    {
        yield return RunWording.Expanded(plan.Name, plan.Trials.Count, plan.Excluded, plan.Merged);
        foreach (var line in everyTrial ? Trials(plan) : Groups(plan)) yield return line;
        if (plan.Dropped > 0) yield return $"{Wording.Count(plan.Dropped, "trial")} of its latest revision would be wanted no more; results that are there stay";
        yield return PlanWording.Time(plan.Time);
    }

    private static IEnumerable<string> Groups(SweepPlan plan) => Printed.Columns(
        ["state", "trials", "why"],
        plan.Trials.GroupBy(static trial => (trial.State, trial.Why)).OrderBy(static alike => alike.Key.State).Select(static alike => (IReadOnlyList<string>)
            [Knobs.WordOf(alike.Key.State), alike.Count().ToString(CultureInfo.InvariantCulture), alike.Key.Why]));

    private static IEnumerable<string> Trials(SweepPlan plan)
    {
        var labels = new TrialLabels(plan.Trials.Select(static trial => trial.Spec));
        return Printed.Columns(
            ["trial", .. labels.Headers, "state", "epochs left", "why"],
            plan.Trials.Select(trial => (IReadOnlyList<string>)
            [
                trial.Key.Short, .. labels.Of(trial.Spec), Knobs.WordOf(trial.State), trial.EpochsLeft.ToString(CultureInfo.InvariantCulture), trial.Why,
            ]));
    }
}
