namespace Sbnn.Sweeps.Grains.Nodes;

/// <summary>
/// The device of an order is no longer offered. The trial is not at fault: its next attempt gets another device.
/// </summary>
/// <param name="message">Which device, on which node.</param>
public sealed class DeviceGoneException(string message) : Exception(message);
