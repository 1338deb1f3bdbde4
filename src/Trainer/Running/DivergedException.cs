namespace Sbnn.Sweeps.Trainer.Running;

/// <summary>The loss became NaN or infinite: every attempt would end here.</summary>
internal sealed class DivergedException(string message) : Exception(message);
