using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// Handles Ctrl-C and SIGTERM. The first signal requests a clean stop; a second one exits immediately. Trainers that
/// still run then write checkpoints and exit after their grace period, or the next run adopts them. Two signals within
/// a second are one request, because tools that stop a process group often send two.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private static readonly TimeSpan OneRequest = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _requested = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private long _firstAt;

    public StopSignal()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Requested => _requested.Token;

    public void Dispose()
    {
        _registrations.ForEach(static registration => registration.Dispose());
        _requested.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        var first = Interlocked.CompareExchange(ref _firstAt, Stopwatch.GetTimestamp(), 0);
        if (first == 0) _requested.Cancel();
        else if (Stopwatch.GetElapsedTime(first) > OneRequest) Environment.Exit(ExitCode.Interrupted);
    }
}
