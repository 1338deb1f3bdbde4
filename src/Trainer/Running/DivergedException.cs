namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>The loss became NaN or infinite. Every attempt to train the trial would end the same way.</summary>
internal sealed class DivergedException(string message) : Exception(message);
