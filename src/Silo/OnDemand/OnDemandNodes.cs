using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.OnDemand;

/// <summary>
/// Calls the operator's command when trials have waited for a slot for a minute. The command may start machines or
/// submit jobs that join as nodes. It is called at most every five minutes, one call at a time, because nodes take time
/// to start.
/// </summary>
/// <param name="command">The shell command, as the head's operator wrote it. No text of a spec is added.</param>
/// <param name="countWaiting">Counts the trials that have waited for a slot at least as long as given.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed partial class OnDemandNodes(
    string command, Func<TimeSpan, Task<int>> countWaiting, TimeProvider time, ILogger<OnDemandNodes> log)
    : BackgroundService
{
    /// <summary>The environment variable with the number of slots that the waiting trials could use.</summary>
    public const string WantedSlots = "SBNN_WANTED_SLOTS";

    /// <summary>The time for one call. After it, the command is killed.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    /// <summary>How long a trial waits for a slot before the command is called.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The pause between the end of a call and the next call.</summary>
    public static readonly TimeSpan BetweenCalls = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pace = new PeriodicTimer(CheckInterval, time);
        long? called = null;
        while (await pace.WaitForNextTickAsync(stoppingToken))
        {
            if (called is { } at && time.GetElapsedTime(at) < BetweenCalls) continue;
            var (waiting, failure) = (0, (string?)null);
            try
            {
                waiting = await countWaiting(Patience);
                if (waiting == 0) continue;
                failure = await CallAsync(waiting, stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                failure = error.Message; // An error that left this method would stop the head.
            }

            called = time.GetTimestamp();
            if (failure is null) LogCalled(waiting);
            else LogFailed(failure);
        }
    }

    // Returns null after exit code 0; otherwise what went wrong. The command writes to the head's own output.
    private async Task<string?> CallAsync(int waiting, CancellationToken stop)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo("/bin/sh", ["-c", command])
            {
                Environment = { [WantedSlots] = waiting.ToString(CultureInfo.InvariantCulture) },
                RedirectStandardInput = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            return error.Message;
        }

        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? null : $"exit code {process.ExitCode}";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
            return $"it did not end within {Wording.Duration(Timeout)} and was killed";
        }
    }

    [LoggerMessage(LogLevel.Information, "The command of --on-demand was called for {Waiting} trials")]
    private partial void LogCalled(int waiting);

    [LoggerMessage(
        LogLevel.Warning,
        "The command of --on-demand failed; it is called again in five minutes if trials still wait: {Reason}")]
    private partial void LogFailed(string reason);
}
