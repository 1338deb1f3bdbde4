namespace Sbnn.Sweeps.Api.Client;

/// <summary>The head does not answer, because it has not started yet or has ended.</summary>
public sealed class HeadUnreachableException(string message, Exception? inner = null) : Exception(message, inner);
