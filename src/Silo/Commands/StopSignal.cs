using System.Runtime.InteropServices;

namespace Sbnn.Sweeps.Silo.Commands;

/// <summary>
/// Ctrl-C and SIGTERM: the first asks for a clean stop, the second leaves at once. Trainers left behind write checkpoints and leave by
/// themselves, or are adopted by the next run.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _requested = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

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
        if (_requested.IsCancellationRequested) Environment.Exit(ExitCode.Interrupted);
        _requested.Cancel();
    }
}
