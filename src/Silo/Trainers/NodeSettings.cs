using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>What this node offers, and the paths that it uses.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Identity">128 random bits in hex, stored in the home: they distinguish two machines with the same
/// name.</param>
/// <param name="Slots">The maximum number of concurrent trainers on the CPU.</param>
/// <param name="ThreadsPerSlot">The number of CPU threads of each trainer, which is part of the device class.</param>
/// <param name="TrialsRoot">The folder of the attempts' folders.</param>
/// <param name="DataRoot">The folder that contains image folders and caches prepared datasets.</param>
/// <param name="TrainerPath">The path of the trainer's executable.</param>
/// <param name="Grace">How long trainers continue without their node.</param>
public sealed record NodeSettings(
    NodeName Name, string Identity, int Slots, int ThreadsPerSlot, string TrialsRoot, string DataRoot,
    string TrainerPath,
    TimeSpan Grace)
{
    /// <summary>
    /// The file whose time shows when the head last answered (<see cref="HomeFolder.Contact"/>); null: none is kept.
    /// </summary>
    public string? Contact { get; init; }

    /// <summary>True when the home is deleted once the node has left: then the head forgets the node.</summary>
    public bool IsTemporary { get; init; }

    /// <summary>The GPUs that trainers may use.</summary>
    public NodeGpus Gpus { get; init; } = NodeGpus.None;

    /// <summary>
    /// The settings of a home's node, with the home's name and identity. Only the home's head may call this method.
    /// </summary>
    public static NodeSettings Of(
        HomeFolder home, int slots, int threadsPerSlot, string dataRoot, TrainerProgram trainer, TimeSpan grace,
        NodeGpus gpus) =>
        new(home.NameNode(), home.Identify(), slots, threadsPerSlot, home.Trials, dataRoot, trainer.Path, grace)
        {
            Contact = home.Contact,
            Gpus = gpus,
        };
}
