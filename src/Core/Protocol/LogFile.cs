namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>
/// The log files that a trainer writes. Requests for a log name one of these instead of a path, so they cannot read
/// other files.
/// </summary>
public enum LogFile
{
    /// <summary>Standard output.</summary>
    Stdout = 0,

    /// <summary>Standard error.</summary>
    Stderr = 1,

    /// <summary>The events, one per line.</summary>
    Events = 2,
}
