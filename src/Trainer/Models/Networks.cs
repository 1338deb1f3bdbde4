using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>Creates the network of a trial.</summary>
public static class Networks
{
    /// <summary>
    /// Creates a trial's network on the CPU with float32 parameters, which <see cref="Network.Initialise"/> must set.
    /// The caller must have checked that the network has enough outputs for the classes (<see
    /// cref="Core.Protocol.ImageCompatibility"/>).
    /// </summary>
    public static Network Create(TrialSpec trial, int classes)
    {
        var network = Build(trial, NetworkShape.Of(trial, classes));
        network.SetPrecision(trial.Precision);
        return network;
    }

    private static Network Build(TrialSpec trial, NetworkShape shape) => (trial.Model, trial.Method) switch
    {
        (ModelKind.ResNet18, MethodKind.FullPrecision) => new RealResNet(shape),
        (ModelKind.ResNet18, _) =>
            new IrResNet(shape, BinaryLayerOf(trial), trial.Recipe),
        (ModelKind.ReActNet18, _) =>
            new ReActNet(shape, BinaryLayerOf(trial), trial.Recipe),
        (ModelKind.XnorResNet18, _) => new XnorResNet(shape, trial.Recipe),
        (ModelKind.ResNet18ImageNet or ModelKind.ResNet34ImageNet, _) => new ImageNetResNet(shape),
        (ModelKind.MobileNetV1, _) => new MobileNetV1(shape),
        _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Model, "no network is defined for this model"),
    };

    private static Func<BinaryLayerShape, BinaryConv2d> BinaryLayerOf(TrialSpec trial) => trial.Method switch
    {
        MethodKind.Sbnn => shape => new SbnnConv2d(shape, trial.Domain),
        MethodKind.IrNet => shape => new IrNetConv2d(shape),
        MethodKind.ReActNet => shape => new ReActConv2d(shape),
        _ when trial.Method.PatternBits() is { } bits => shape => new SubbitConv2d(shape, bits),
        _ => throw new ArgumentOutOfRangeException(
            nameof(trial), trial.Method, "the method has no binary layer"),
    };
}
