namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>
/// Thrown when the node no longer offers the device on which it should start an attempt. The trial is not at fault: its
/// next attempt gets another device.
/// </summary>
/// <param name="message">Names the device and the node.</param>
public sealed class DeviceGoneException(string message) : Exception(message);
