namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>The loss became NaN or infinite. Every attempt at the trial would end this way.</summary>
internal sealed class DivergedException(string message) : Exception(message);
