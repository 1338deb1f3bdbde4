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

    /// <summary>The processor time of the node's processes so far.</summary>
    public TimeSpan Used => _used + _process.TotalProcessorTime;

    /// <summary>Returns when the node has reached the head.</summary>
    public async Task ReadyAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync() != RemoteNode.Ready)
            throw new InvalidOperationException("a node did not join");
    }

    /// <summary>Kills the process with SIGKILL and starts the next one.</summary>
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
