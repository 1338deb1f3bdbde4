using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks for a clean stop, a second one leaves at once. Trainers left behind write
/// checkpoints and leave by themselves, or are adopted by the next run. Who stops a process group often sends two
/// signals together: they are one request.
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
