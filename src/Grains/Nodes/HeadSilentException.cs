namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>The head did not answer a call. It may have heard it all the same.</summary>
/// <param name="cause">What Orleans says of it.</param>
public sealed class HeadSilentException(Exception cause) : Exception("the head does not answer", cause);
