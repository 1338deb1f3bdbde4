using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Tests.Unit.Core.Trials;

public sealed class CompatibilityTests
{
    /// <summary>A trial, the hyperparameter at fault, and the fault.</summary>
    public static TheoryData<TrialSpec, string, string> Faults { get; } = new()
    {
        {
            new TrialSpec { Model = ModelKind.ReActNetA, ImageSize = 100 }, "image-size",
            "100 cannot be halved five times (allowed: a multiple of 32, such as 96 or 128)"
        },
        {
            new TrialSpec { Model = ModelKind.ReActNetA, Width = 3 }, "width",
            "3 is odd, but the stem of model: reactnet-a has half as many channels (allowed: an even number)"
        },
        {
            new TrialSpec { Model = ModelKind.MobileNetV1, Method = MethodKind.FullPrecision, Width = 1 }, "width",
            "1 is odd, but the stem of model: mobilenet-v1 has half as many channels (allowed: an even number)"
        },
        {
            new TrialSpec { Model = ModelKind.ReActNet18ImageNet, Method = MethodKind.BiReal }, "method",
            "bi-real is not available for model: reactnet18-imagenet (allowed: sbnn, reactnet, subbit-0.67, "
                + "subbit-0.56, subbit-0.44)"
        },
        {
            new TrialSpec { Model = ModelKind.BiRealNet18 }, "method",
            "sbnn is not available for model: bi-real-net18 (allowed: bi-real)"
        },
        {
            new TrialSpec { Model = ModelKind.ReActNetA, Method = MethodKind.Subbit067 }, "method",
            "subbit-0.67 is not available for model: reactnet-a (allowed: sbnn, reactnet)"
        },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Faults_NameTheHyperparameterAndTheAllowedValues(TrialSpec trial, string parameter, string why) =>
        Assert.Equal([(parameter, why)],
            Compatibility.Faults(trial).Select(static fault => (fault.Hyperparameter.Name, fault.Why)));

    [Fact]
    public void Faults_AreEmpty_WhenTheOddWidthOrTheImageSizeHasNoSuchEffect()
    {
        Assert.Empty(Compatibility.Faults(new TrialSpec { ImageSize = 100 }));
        Assert.Empty(Compatibility.Faults(new TrialSpec { Model = ModelKind.ReActNet18ImageNet, Width = 3 }));
        Assert.Empty(Compatibility.Faults(new TrialSpec { Model = ModelKind.ReActNetA, ImageSize = 1024 }));
    }
}
