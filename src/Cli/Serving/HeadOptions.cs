using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Silo.Trust;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>The validated options of <c>serve --role head</c>.</summary>
internal sealed record HeadOptions(
    HomeFolder Home, string DataRoot, string Out, int Slots, NodeGpus Gpus, int Threads, int Port, TimeSpan Grace,
    ListenSettings? Listen, string? JoinFile, string Checkpoints, CheckpointLimits CheckpointLimits,
    bool HasOrleansDashboard, string? OnDemand, bool Verbose);
