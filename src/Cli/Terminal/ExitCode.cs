namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>The exit codes of <c>sbnn</c>, as docs/command.md lists them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>At least one trial failed.</summary>
    public const int SomeFailed = 1;

    /// <summary>The spec, an option or the data cannot be used; nothing was started.</summary>
    public const int BadInput = 2;

    /// <summary>
    /// The ledger or another file cannot be read or written now; nothing is lost, and the command may be repeated.
    /// </summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C, SIGTERM or <c>sbnn cancel</c>; the same command continues.</summary>
    public const int Interrupted = 130;
}
