using Sbnn.Sweeps.Core.Arithmetic;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Trainer.Method;

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
        (ModelKind.ResNet18, _) => new IrResNet(shape, BinaryLayerOf(trial), trial.Recipe),
        (ModelKind.ReActNet18, _) => new ReActNet(
            shape, new StemShape(3, 1, HasMaxPool: true),
            sizes => new ReActBlock(sizes, BinaryLayerOf(trial), AtZero(trial))),
        (ModelKind.ReActNet18ImageNet or ModelKind.BiRealNet18, _) => new ReActNet(
            shape, new StemShape(7, 2, HasMaxPool: true),
            sizes => new ReActBlock(
                sizes, BinaryLayerOf(trial), AtZero(trial), isReAct: trial.Model != ModelKind.BiRealNet18),
            weightBound: double.PositiveInfinity),
        (ModelKind.ReActNetA, _) => new ReActNet(
            shape, new StemShape(3, 2, HasMaxPool: false),
            sizes => new ReActABlock(sizes, BinaryLayerOf(trial), AtZero(trial)), weightBound: double.PositiveInfinity),
        (ModelKind.XnorResNet18, _) => new XnorResNet(shape, AtZero(trial)),
        (ModelKind.ResNet18ImageNet or ModelKind.ResNet34ImageNet, _) => new ImageNetResNet(shape),
        (ModelKind.MobileNetV1, _) => new MobileNetV1(shape),
        _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Model, "no network is defined for this model"),
    };

    private static Func<BinaryLayerShape, BinaryConv2d> BinaryLayerOf(TrialSpec trial) => shape =>
    {
        BinaryConv2d layer = trial.Method switch
        {
            MethodKind.Sbnn => new SbnnConv2d(shape, trial.Domain),
            MethodKind.IrNet => new IrNetConv2d(shape),
            MethodKind.ReActNet when !trial.Model.IsForImageNet() => new ReActConv2d(shape),
            MethodKind.ReActNet or MethodKind.BiReal => new BiRealConv2d(shape),
            _ when trial.Method.PatternBits() is { } bits => new SubbitConv2d(shape, bits),
            _ => throw new ArgumentOutOfRangeException(
                nameof(trial), trial.Method, "the method has no binary layer"),
        };
        layer.Surrogate = SurrogateOf(trial);
        return layer;
    };

    // The slope of sgn of the weights. IrResNet replaces it at each epoch.
    private static SignSurrogate SurrogateOf(TrialSpec trial) =>
        trial.Model.IsForImageNet() || trial.Recipe == RecipeKind.Corrected
            ? SignSurrogate.StraightThroughWithin1(AtZero(trial))
            : SignSurrogate.StraightThrough;

    // sgn(0) of the activations, and in ImageNet's layout of the weights, too.
    private static double AtZero(TrialSpec trial) => trial.Recipe == RecipeKind.Corrected ? -1 : 0;
}
