namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>What counts as a kill when it is killed, stopped or cut.</summary>
internal enum Victim
{
    Trainer,
    Silo,
    Head,
    Node,
    Link,
}
