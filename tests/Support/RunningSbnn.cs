using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Sbnn.Sweeps.Tests.Support;

/// <summary>
/// A started <c>sbnn</c> process. Its output is read continuously, so that the process never waits for a reader.
/// </summary>
public sealed partial class RunningSbnn : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _stdout = new();
    private readonly StringBuilder _stderr = new();

    private RunningSbnn(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(_stdout, line.Data);
        process.ErrorDataReceived += (_, line) => Append(_stderr, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>
    /// The path of the <c>sbnn</c> that was built together with the running tests, in the same configuration.
    /// </summary>
    public static string Program { get; } = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "Sbnn.Sweeps.Cli",
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "sbnn"));

    public int Pid => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Stdout => Read(_stdout);

    public string Stderr => Read(_stderr);

    /// <summary>Standard output, followed by standard error.</summary>
    public string Output => Stdout + Stderr;

    /// <summary>Starts a command line in a folder, such as <see cref="Program"/> or a shell that runs it.</summary>
    public static RunningSbnn Start(
        string folder, IReadOnlyDictionary<string, string?> environment, params string[] command)
    {
        // A shell makes processes in the background ignore Ctrl-C, and their children inherit that. The env command
        // restores the default, because tests send Ctrl-C.
        var start = new ProcessStartInfo("env", ["--default-signal=INT", .. command])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return new RunningSbnn(Process.Start(start)!);
    }

    /// <summary>Waits for the dashboard's address; fails the test when the process ends first.</summary>
    /// <returns>The address with a slash at its end, and the address with the token, with which a browser logs in.
    /// </returns>
    public async Task<(string Address, string Login)> DashboardAsync()
    {
        Match printed = Match.Empty;
        await Eventually.UntilAsync(
            () => (printed = Dashboard().Match(Stdout)).Success || HasExited, "the dashboard's address");
        Assert.True(printed.Success, Output);
        return (printed.Groups[1].Value, printed.Value["dashboard: ".Length..]);
    }

    public void Signal(int signal) => Assert.Equal(0, Kill(signal));

    /// <summary>Sends a signal to the process, which may already have ended.</summary>
    public void TrySignal(int signal) => Kill(signal);

    /// <summary>The exit code; fails the test when the process does not end within ten minutes.</summary>
    public async Task<int> WaitAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(10));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"the process did not end within ten minutes: {Output}");
        }

        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }

    private int Kill(int signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        return kill.ExitCode;
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is null) return;
        lock (text) text.AppendLine(line);
    }

    private static string Read(StringBuilder text)
    {
        lock (text) return text.ToString();
    }

    [GeneratedRegex(@"^dashboard: (http://127\.0\.0\.1:\d+/)\?token=[0-9a-f]{64}$", RegexOptions.Multiline)]
    private static partial Regex Dashboard();
}
