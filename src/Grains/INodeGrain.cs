using Orleans.Concurrency;

namespace Sbnn.Sweeps.Grains;

/// <summary>A machine running trainers; its key is the node's name. Lives on that node's silo.</summary>
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Begins to synchronise with the scheduler, each second and when poked.</summary>
    Task JoinAsync();

    /// <summary>Something changed: synchronise now. May be lost; the next second's synchronisation does the same.</summary>
    [OneWay]
    Task PokeAsync();

    /// <summary>
    /// Stops all trainers here, whatever the scheduler and the ledger want, and synchronises no more. Gives how many
    /// there are still: to be called until there is none, for one that does not leave is ended by force.
    /// </summary>
    Task<int> AbandonAsync();
}
