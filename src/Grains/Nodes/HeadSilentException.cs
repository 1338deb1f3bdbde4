namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>Thrown when the head did not answer a call. The head may have received the call nevertheless.</summary>
/// <param name="cause">The exception that Orleans threw.</param>
public sealed class HeadSilentException(Exception cause) : Exception("the head does not answer", cause);
