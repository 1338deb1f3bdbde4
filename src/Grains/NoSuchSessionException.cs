namespace Sbnn.Sweeps.Grains;

/// <summary>
/// A node's session is unknown to the head: the head has restarted, or the node's name was given to another process.
/// </summary>
public sealed class NoSuchSessionException(string message) : Exception(message);
