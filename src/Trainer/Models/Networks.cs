using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Trainer.Models;

/// <summary>The network that a trial asks for.</summary>
public static class Networks
{
    /// <summary>Builds a trial's network on the CPU in float32; its random parameters wait for <see cref="BinaryNetwork.Initialise"/>.</summary>
    public static BinaryNetwork Create(TrialSpec trial, int classes)
    {
        BinaryNetwork network = trial.Model switch
        {
            ModelKind.ResNet18 => new IrResNet(IrShape.ResNet18(trial.Width, classes), trial.Domain),
            _ => throw new ArgumentOutOfRangeException(nameof(trial), trial.Model, "no network is built for this model"),
        };
        network.SetPrecision(trial.Precision);
        return network;
    }
}
