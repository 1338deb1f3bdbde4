using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>The validated options of <c>serve --role node</c>.</summary>
internal sealed record NodeOptions(
    HomeFolder Home, string DataRoot, string? JoinFile, NodeName? Name, int Slots, NodeGpus Gpus, int Threads,
    TimeSpan Grace, UploadSettings Upload, bool IsTemporary, bool Verbose);
