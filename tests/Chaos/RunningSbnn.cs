using System.Diagnostics;
using System.Text;

namespace Sbnn.Sweeps.Tests.Chaos;

/// <summary>A started <c>sbnn</c>; its output is read as it comes, so it never waits for a reader.</summary>
internal sealed class RunningSbnn : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public RunningSbnn(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Standard output and standard error.</summary>
    public string Output
    {
        get { lock (_output) return _output.ToString(); }
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null) return;
        lock (_output) _output.AppendLine(line);
    }
}
