namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>Something is not as it must be: what was found, in words.</summary>
internal sealed class ChaosException(string message) : Exception(message);
