using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Method.Fused;
using Sbnn.Sweeps.Trainer.Running;
using static TorchSharp.torch;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>
/// Runs whole trainings on the CPU in the way of a GPU: without the fused kernels, and with the metrics of several
/// steps read together.
/// </summary>
public sealed class PlainPathTests(PreparedSynthetic data) : IDisposable
{
    private const int Steps = 6;
    private const int StepsPerRead = 2;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Trials.Pairs), MemberType = typeof(Trials))]
    public async Task Result_HasTheSameBytes_WhenTheTrainerWasStoppedAtAnyStep(ModelKind model, MethodKind method)
    {
        using var plain = PlainPath.Force();
        var steps = method == MethodKind.Subbit056 ? 27 : Steps; // Subbit updates its patterns at the 25th step.
        var spec = Trials.Tiny(data, model, method) with { Epochs = steps / 3 };
        var undisturbed = await TrainAsync("undisturbed", spec, stepsPerRead: 1);
        Assert.Equal(undisturbed, await TrainAsync("read together", spec, PendingStepMetrics.StepsOnGpu));

        var folder = _folder.In("each");
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        for (var i = 0; i < steps; i++)
            Assert.Equal(AttemptEnding.Stopped,
                await Trials.TrainAsync(folder, assignment, stopAfter: 1, stepsPerRead: StepsPerRead));
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment, stepsPerRead: StepsPerRead));
        Assert.Equal(undisturbed, Trials.ResultText(folder));
    }

    [Fact]
    public async Task Result_HasTheLossesOfTheFusedKernels_ExceptForRounding()
    {
        var spec = Trials.Tiny(data) with
        {
            TrainImages = 20,
            BatchSize = 20,
            Epochs = 1,
            Domain = DomainKind.Symmetric
        };
        await TrainAsync("fused", spec);
        using (PlainPath.Force()) await TrainAsync("plain", spec);
        var (fused, plain) = (Trials.Result(_folder.In("fused")).Last, Trials.Result(_folder.In("plain")).Last);
        Assert.Equal(fused.TrainLoss, plain.TrainLoss, fused.TrainLoss * 1e-3);
        Assert.Equal(fused.Penalty, plain.Penalty, fused.Penalty * 1e-3);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(PendingStepMetrics.StepsOnGpu)]
    public async Task Training_WritesNoCheckpoint_WhenItDiverges(int stepsPerRead)
    {
        // No setting makes this network's loss overflow, so the test changes a weight in the checkpoint, which stores
        // each tensor's name, length and values.
        var folder = _folder.In("diverges");
        var assignment = Trials.Assign(folder, data.DataRoot, Trials.Tiny(data));
        await Trials.TrainAsync(folder, assignment, stopAfter: 1);
        var checkpoint = Assert.Single(new AttemptFolder(folder).Checkpoints());
        Assert.True(CheckpointFile.TryRead(checkpoint, out var header, out var payload, out _));
        var spoilt = payload.ToArray();
        BitConverter.TryWriteBytes(spoilt.AsSpan(1 + spoilt[0] + sizeof(int)), float.NaN);
        CheckpointFile.Write(checkpoint, header, spoilt);

        var error = await Assert.ThrowsAsync<DivergedException>(() =>
            Trials.TrainAsync(folder, assignment, stepsPerRead: stepsPerRead));
        Assert.Contains("NaN", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("at step 2 of epoch 1", error.Message, StringComparison.Ordinal);
        Assert.Equal([checkpoint], new AttemptFolder(folder).Checkpoints());
    }

    [Fact]
    public void Read_NamesTheFirstStep_WithANonFiniteLoss()
    {
        using var scope = NewDisposeScope();
        using var unread = new PendingStepMetrics(most: 4);
        foreach (var loss in (double[])[2, 3, double.PositiveInfinity, double.NaN])
        {
            Assert.False(unread.IsFull);
            unread.Add(new StepOutcome(tensor(new[] { loss, 0.5, 0.25, 7 })), images: 10);
        }

        Assert.True(unread.IsFull);
        var state = TrainingState.Start with { Step = 9, Sums = new EpochSums(1, 1, 1, 50) };
        var error = Assert.Throws<DivergedException>(() => unread.Read(state));
        Assert.Contains("the loss is Infinity and the penalty is 0.5 at step 8 of epoch 1", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AddsTheMetrics_OfSeveralStepsInOrder()
    {
        using var scope = NewDisposeScope();
        using var unread = new PendingStepMetrics(most: 4);
        unread.Add(new StepOutcome(tensor(new[] { 2, 0.5, 0.25, 7 })), images: 10);
        unread.Add(new StepOutcome(tensor(new[] { 3, 0.5, 0.125, 7 })), images: 5);
        var state = TrainingState.Start with { Step = 2 };
        Assert.Equal(state with { Sums = new EpochSums(35, 7.5, 0.125, 15) }, unread.Read(state));
        Assert.Same(state, unread.Read(state));
    }

    private async Task<string> TrainAsync(string name, TrialSpec spec, int? stepsPerRead = null)
    {
        var folder = _folder.In(name);
        var assignment = Trials.Assign(folder, data.DataRoot, spec);
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(folder, assignment, stepsPerRead: stepsPerRead));
        return Trials.ResultText(folder);
    }
}
