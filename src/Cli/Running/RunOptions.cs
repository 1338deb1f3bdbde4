using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Running;

/// <summary>The validated options of <c>run</c>.</summary>
internal sealed record RunOptions(
    string Spec, HomeFolder Home, string DataRoot, string Out, int Threads, int Slots, NodeGpus Gpus, int Port,
    TimeSpan Grace, bool RetryFailed, bool Verbose);
