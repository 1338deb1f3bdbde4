namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>Thrown when a check fails; the message describes what was found.</summary>
internal sealed class ChaosException(string message) : Exception(message);
