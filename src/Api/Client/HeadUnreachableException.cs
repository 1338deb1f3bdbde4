namespace Sbnn.Sweeps.Api.Client;

/// <summary>The head does not answer: not yet, or no longer.</summary>
public sealed class HeadUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
