namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Thrown when the head does not know a node's session: the head has restarted, or another process has joined under the
/// node's name.
/// </summary>
public sealed class NoSuchSessionException(string message) : Exception(message);
