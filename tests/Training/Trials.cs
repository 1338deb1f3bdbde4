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
    public static TrialSpec Tiny(PreparedSynthetic data, ModelKind model, MethodKind method) =>
        Of(Tiny(data), model, method, data.Images.Height);

    /// <summary>
    /// The trial with another model and method, for square images of a size, and without a target if the method has no
    /// penalty.
    /// </summary>
    public static TrialSpec Of(TrialSpec trial, ModelKind model, MethodKind method, int imageSize)
    {
        trial = trial with { Model = model, Method = method };
        if (model.IsForImageNet()) trial = trial with { ImageSize = imageSize };
        return method.HasPenalty() ? trial : trial with { Sparsity = null };
    }

    /// <summary>
    /// Asserts that a trial which is stopped after each of its steps has the result, byte by byte, of an undisturbed
    /// one.
    /// </summary>
    /// <param name="undisturbed">An empty folder for the undisturbed training.</param>
    /// <param name="stopped">An empty folder for the stopped training.</param>
    /// <param name="dataRoot">The folder of the images.</param>
    /// <param name="spec">The trial.</param>
    /// <param name="steps">The number of steps of the whole training.</param>
    public static async Task AssertResumesAsync(
        string undisturbed, string stopped, string dataRoot, TrialSpec spec, int steps)
    {
        var assignment = Assign(stopped, dataRoot, spec);
        for (var i = 0; i < steps; i++)
            Assert.Equal(AttemptEnding.Stopped, await TrainAsync(stopped, assignment, stopAfter: 1));
        Assert.Equal(AttemptEnding.Completed, await TrainAsync(stopped, assignment, stopAfter: 1));
        Assert.Equal(AttemptEnding.Completed, await TrainAsync(undisturbed, Assign(undisturbed, dataRoot, spec)));
        Assert.Equal(ResultText(undisturbed), ResultText(stopped));
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
