using System.Diagnostics;
using System.Globalization;

namespace Sbnn.Sweeps.Benchmarks.Cluster;

/// <summary>A node that runs as a process of this program and is restarted after each kill.</summary>
internal sealed class NodeProcess : IDisposable
{
    private readonly string[] _arguments;
    private Process _process;
    private TimeSpan _used;

    public NodeProcess(string folder, string joinFile, string name, int slots)
    {
        _arguments = [RemoteNode.Word, folder, joinFile, name, slots.ToString(CultureInfo.InvariantCulture)];
        _process = Start();
    }

    /// <summary>The total processor time of all processes of this node, including killed ones.</summary>
    public TimeSpan Used => _used + _process.TotalProcessorTime;

    /// <summary>Returns when the node has connected to the head.</summary>
    public async Task ReadyAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync() != RemoteNode.Ready)
            throw new InvalidOperationException("the node ended before it connected to the head");
    }

    /// <summary>Kills the node's process with SIGKILL and starts a new one.</summary>
    public void Kill()
    {
        _used += _process.TotalProcessorTime;
        End();
        _process = Start();
    }

    public void Dispose() => End();

    private void End()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private Process Start() =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, _arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true
        })!;
}
