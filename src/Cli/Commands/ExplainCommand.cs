using System.CommandLine;
using System.Globalization;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Reports.Plans;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Trainers;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn explain spec.yaml</c>: shows which trials a run would train, why, and about how long they would take.
/// Nothing is recorded or trained.
/// </summary>
internal sealed class ExplainCommand : HomeCommand
{
    private readonly Argument<FileInfo> _spec = SharedOptions.Spec();
    private readonly Option<DirectoryInfo> _data = SharedOptions.Data();
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<int> _slots = SharedOptions.Slots();
    private readonly GpuOptions _gpus = new();
    private readonly Option<DirectoryInfo?> _torch = SharedOptions.Torch();
    private readonly Option<bool> _trials =
        new("--trials") { Description = "List each trial, instead of the number of trials by state." };

    public ExplainCommand(CommandConsole console)
        : base(console, "explain",
            "Show which trials a run of the spec would train, why, and about how long they would take. Trains and "
                + "downloads nothing; images below the data root that are not prepared yet are prepared.")
    {
        Add(_spec);
        foreach (var option in (Option[])[_data, _threads, _slots, .. _gpus.All, _torch, _trials]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        SharedOptions.UseTorch(call.Get(_torch)); // The choice of libtorch decides whether GPUs are used.
        var (spec, _) = await SpecReader.ReadFileAsync(call.Get(_spec).ToString(), call.Cancellation);
        var (_, slots) = SharedOptions.ThreadsAndSlots(call.Parsed, _threads, _slots);
        var plan = await PlanAsync(call, spec, call.Get(_data)!.FullName, slots, await _gpus.FindAsync(call));
        call.Print(plan, () => Lines(plan, call.Get(_trials)));
        return ExitCode.Done;
    }

    // The estimate uses times measured on this machine's GPU models, or on CPUs where the machine has no GPU.
    private static async Task<SweepPlan> PlanAsync(
        HomeCall call, SweepSpec spec, string dataRoot, int slots, NodeGpus gpus)
    {
        using var ledger = call.Home.HasLedger() ? call.OpenLedger() : null;
        var models = gpus.Devices.Count == 0 ? null : gpus.Devices.Select(static gpu => gpu.Name).ToHashSet();
        var known = ledger is null ? [] : await ledger.ReadTrialsAsync(models);
        var images = await new ImageSurvey(TrainerProgram.Find(), dataRoot, known, call.Console.Warn)
            .FindAsync(spec, call.Cancellation);
        var expansion = spec.Expand(images.Digests);
        foreach (var hint in SpecHints.Of([.. expansion.Trials.Select(static trial => trial.Spec)],
            images.TrainImagesOf))
            call.Console.Warn(hint);
        var latest = ledger is null ? null : await ledger.FindProgressAsync(spec.Name);
        var pace = ledger is null
            ? ShapePace.Unknown
            : new ShapePace(await ledger.ReadPacesAsync(models), images.TrainImagesOf);
        var peaks = ledger is null ? [] : await ledger.ReadPeaksAsync();
        var slotsInAll = models is null
            ? slots
            : GpuCapacity.Of(gpus, peaks, expansion.Trials.Select(static trial => trial.Spec));
        return SweepPlan.Of(spec.Name, expansion, latest, known, slotsInAll, pace)
            .Keeping(spec.Run.Keep, known)
            .WithoutKeys(ImageSurvey.IsPlaceholder);
    }

    private static IEnumerable<string> Lines(SweepPlan plan, bool everyTrial)
    {
        yield return SubmissionWording.Expanded(
            plan.Name, plan.Trials.Select(static trial => trial.Spec), plan.Excluded, plan.Merged);
        foreach (var line in everyTrial ? Trials(plan) : Groups(plan)) yield return line;
        if (plan.Dropped > 0)
            yield return $"{Wording.Count(plan.Dropped, "trial")} of the sweep's latest revision "
                + $"{(plan.Dropped == 1 ? "is" : "are")} not in this spec{Stopping(plan.DroppedRunning)}; existing "
                + "results are kept";
        if (plan.WithoutWeights > 0)
            yield return $"{Wording.Count(plan.WithoutWeights, "finished trial")} will have no kept weights, because "
                + "finished trials are not trained again; a run in a new home trains and keeps them";
        yield return PlanWording.Time(plan.Time);
    }

    private static string Stopping(int running) => running == 0 ? ""
        : $" ({Wording.Some(running, "of them running")}: a run of this spec stops what no other sweep needs)";

    private static IEnumerable<string> Groups(SweepPlan plan) => TextOutput.Columns(
        ["state", "trials", "why"],
        from trial in plan.Trials
        group trial by (trial.State, trial.Why) into alike
        orderby alike.Key.State
        select (IReadOnlyList<string>)[EnumWords.Of(alike.Key.State), alike.Count()
            .ToString(CultureInfo.InvariantCulture), alike.Key.Why]);

    private static IEnumerable<string> Trials(SweepPlan plan)
    {
        var labels = new TrialLabels(plan.Trials.Select(static trial => trial.Spec));
        return TextOutput.Columns(
            ["trial", .. labels.Headers, "state", "epochs left", "why"],
            plan.Trials.Select(trial => (IReadOnlyList<string>)
            [
                trial.Key?.Short ?? "", .. labels.Of(trial.Spec), EnumWords.Of(trial.State),
                trial.EpochsLeft.ToString(CultureInfo.InvariantCulture), trial.Why,
            ]));
    }
}
