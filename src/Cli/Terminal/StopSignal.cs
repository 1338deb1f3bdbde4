using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// Handles Ctrl-C, SIGTERM and SIGUSR1. The first signal requests a clean stop; a second Ctrl-C or SIGTERM exits
/// immediately. Trainers that still run then write checkpoints and exit after their grace period, or the next run
/// adopts them. Two signals within a second are one request, because tools that stop a process group often send two.
/// SLURM sends SIGUSR1 before a job's time limit, so it always requests a clean stop.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    // The number of the signal on Linux (x86-64 and Arm) and on macOS. PosixSignal has no name for it.
    private static readonly int UserSignal = OperatingSystem.IsMacOS() ? 30 : 10;
    private static readonly TimeSpan OneRequest = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _requested = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private long _firstAt;

    public StopSignal()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
        if (!OperatingSystem.IsWindows())
            _registrations.Add(PosixSignalRegistration.Create((PosixSignal)UserSignal, Handle));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <summary>The name of the first signal; null while none was received.</summary>
    public string? Name { get; private set; }

    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _requested.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        var isUserSignal = (int)context.Signal == UserSignal;
        var first = Interlocked.CompareExchange(ref _firstAt, Stopwatch.GetTimestamp(), 0);
        if (first == 0)
        {
            Name = isUserSignal ? "SIGUSR1" : context.Signal.ToString();
            _requested.Cancel();
        }
        else if (!isUserSignal && Stopwatch.GetElapsedTime(first) > OneRequest)
        {
            Environment.Exit(ExitCode.Interrupted);
        }
    }
}
