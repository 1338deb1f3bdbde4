using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>The options of <c>serve --role head</c>, checked.</summary>
internal sealed record HeadOptions(
    HomeFolder Home, string DataRoot, string Out, int Slots, int Threads, int Port, TimeSpan Grace, ListenSettings? Listen, bool Verbose);
