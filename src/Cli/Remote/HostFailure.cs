namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>Why sbnn cannot do on a host what the user asked for. Other hosts are not concerned.</summary>
internal sealed class HostFailure(string message, IReadOnlyList<string>? log = null) : Exception(message)
{
    /// <summary>The last lines of the node's log on the host; empty when the log has no part in the failure.</summary>
    public IReadOnlyList<string> Log { get; } = log ?? [];
}
