using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>What this machine offers, and where it keeps things.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="Identity">128 random bits in hex that lie in the home: what tells two machines of one name
/// apart.</param>
/// <param name="Slots">Trainers at once on the CPU.</param>
/// <param name="ThreadsPerSlot">CPU threads of each. Part of the device class.</param>
/// <param name="TrialsRoot">Where attempt folders live.</param>
/// <param name="DataRoot">Where image folders are looked up and prepared datasets are cached.</param>
/// <param name="TrainerPath">The trainer's executable.</param>
/// <param name="Grace">How long trainers go on without a silo.</param>
public sealed record NodeSettings(
    NodeName Name, string Identity, int Slots, int ThreadsPerSlot, string TrialsRoot, string DataRoot,
    string TrainerPath,
    TimeSpan Grace)
{
    /// <summary>The GPUs that trainers may use.</summary>
    public NodeGpus Gpus { get; init; } = NodeGpus.None;

    /// <summary>The node of a home, with the home's name and identity. To be called by the home's head.</summary>
    public static NodeSettings Of(
        HomeFolder home, int slots, int threadsPerSlot, string dataRoot, TrainerProgram trainer, TimeSpan grace,
        NodeGpus gpus) =>
        new(home.NameNode(), home.Identify(), slots, threadsPerSlot, home.Trials, dataRoot, trainer.Path, grace)
        {
            Gpus = gpus,
        };
}
