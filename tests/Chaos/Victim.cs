namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>The targets whose kill, stop or cut counts as a kill.</summary>
internal enum Victim
{
    Trainer,
    Silo,
    Head,
    Node,
    Link,
}
