using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Running;

namespace Sbnn.Sweeps.Tests.Training;

/// <summary>Small trials on generated images.</summary>
internal static class Trials
{
    /// <summary>Two epochs of three steps (16, 16 and 8 images) with all random augmentations switched on.</summary>
    public static TrialSpec Tiny(PreparedSynthetic data) => new()
    {
        DataDigest = data.Images.Digest,
        TrainImages = 40,
        TestImages = 20,
        BatchSize = 16,
        Epochs = 2,
        Width = 2,
        Sparsity = 90,
        Gamma = 0.3,
        LearningRate = 5e-3,
        Seed = 7,
    };

    /// <summary>Every model with each of its methods.</summary>
    public static IEnumerable<TheoryDataRow<ModelKind, MethodKind>> Pairs() =>
        from model in Enum.GetValues<ModelKind>()
        from method in Enum.GetValues<MethodKind>()
        where method.IsFor(model)
        select new TheoryDataRow<ModelKind, MethodKind>(model, method);

    /// <summary>
    /// <see cref="Tiny(PreparedSynthetic)"/> with a model and method, and with a target if the method has a penalty.
    /// </summary>
    public static TrialSpec Tiny(PreparedSynthetic data, ModelKind model, MethodKind method)
    {
        var trial = Tiny(data) with { Model = model, Method = method };
        return method.HasPenalty() ? trial : trial with { Sparsity = null };
    }

    /// <summary>Writes the assignment into a folder, as a node does.</summary>
    public static TrialAssignment Assign(string folder, string dataRoot, TrialSpec spec, double leaseGrace = 0)
    {
        var assignment = new TrialAssignment
        {
            Trial = TrialKey.Of(spec),
            Attempt = 1,
            Spec = spec,
            DataRoot = dataRoot,
            LeaseGrace = TimeSpan.FromSeconds(leaseGrace),
        };
        Directory.CreateDirectory(folder);
        DurableFile.WriteJson(new AttemptFolder(folder).Assignment, assignment);
        return assignment;
    }

    /// <summary>
    /// Trains in this process, and requests a stop after <paramref name="stopAfter"/> steps of this run.
    /// </summary>
    public static async Task<AttemptEnding> TrainAsync(
        string folder, TrialAssignment assignment, int? stopAfter = null, TimeProvider? time =
            null, Action? stepTrained = null,
        int? stepsPerRead = null)
    {
        var trialFolder = new AttemptFolder(folder);
        using var events = new EventLog(trialFolder.Events, time ?? TimeProvider.System);
        using var stop = new CancellationTokenSource();
        var steps = 0;
        var run = new TrainingRun(trialFolder, assignment, events, time ?? TimeProvider.System)
        {
            StepsPerRead = stepsPerRead,
            StepTrained = () =>
            {
                stepTrained?.Invoke();
                if (++steps == stopAfter) stop.Cancel();
            },
        };
        return await run.RunAsync(stop.Token);
    }

    public static string ResultText(string folder) => File.ReadAllText(new AttemptFolder(folder).Result);

    public static TrialResult Result(string folder) =>
        DurableFile.ReadJson<TrialResult>(new AttemptFolder(folder).Result);

    public static IReadOnlyList<TrainerEvent> Events(string folder) =>
        [.. File.ReadLines(new AttemptFolder(folder).Events)
            .Select(line => JsonSerializer.Deserialize<TrainerEvent>(line, SbnnJson.Options)!)];
}
