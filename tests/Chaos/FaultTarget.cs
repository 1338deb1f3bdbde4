namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>What a fault can hit. Each ended process and each cut link counts as a kill.</summary>
internal enum FaultTarget
{
    Trainer,
    Silo,
    Head,
    Node,
    Link,
}
