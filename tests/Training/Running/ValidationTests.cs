using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Training.Running;

public sealed class ValidationTests(PreparedSynthetic data) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_MeasuresHeldOutImages_AlsoAfterResuming()
    {
        var spec = Trials.Tiny(data) with
        {
            ValidationImages = 10,
            SelectOn = SelectionSplit.Validation,
            Rotation = 15,
            Sparsity = null
        };
        var (whole, stopped) = (_folder.In("whole"), _folder.In("stopped"));
        Assert.Equal(AttemptEnding.Completed,
            await Trials.TrainAsync(whole, Trials.Assign(whole, data.DataRoot, spec)));
        var assignment = Trials.Assign(stopped, data.DataRoot, spec);
        Assert.Equal(AttemptEnding.Stopped, await Trials.TrainAsync(stopped, assignment, stopAfter: 3));
        Assert.Equal(AttemptEnding.Completed, await Trials.TrainAsync(stopped, assignment));

        Assert.Equal(Trials.ResultText(whole), Trials.ResultText(stopped));
        var result = Trials.Result(whole);
        Assert.All(result.Epochs, epoch => Assert.Equal((10, 20), (epoch.Validation!.Total, epoch.Total)));
        Assert.Equal(result.Epochs.MaxBy(epoch => epoch.Validation!.Correct)!.Epoch, result.BestEpoch);
        // 30 of the 40 images are trained on, in batches of 16 and 14.
        Assert.Equal(2, Assert.IsType<TrialStarted>(Trials.Events(whole)[0]).StepsPerEpoch);
    }

    [Fact]
    public async Task Train_WritesNoValidationFields_WithoutHeldOutImages()
    {
        var folder = _folder.In("plain");
        await Trials.TrainAsync(folder, Trials.Assign(folder, data.DataRoot, Trials.Tiny(data)));

        foreach (var word in new[] { "validation", "selectOn", "rotation" })
            Assert.DoesNotContain(word, Trials.ResultText(folder), StringComparison.Ordinal);
    }
}
