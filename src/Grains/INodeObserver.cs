using Orleans.Concurrency;

namespace Sbnn.Sweeps.Grains;

/// <summary>A node, as the head calls it.</summary>
public interface INodeObserver : IGrainObserver
{
    /// <summary>Something changed: synchronise now.</summary>
    [OneWay]
    Task PokeAsync();
}
