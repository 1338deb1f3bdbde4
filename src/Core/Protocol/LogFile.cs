namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>The log files that an attempt's trainer writes. A request names one of these, never a path.</summary>
public enum LogFile
{
    /// <summary>Standard output.</summary>
    Stdout = 0,

    /// <summary>Standard error.</summary>
    Stderr = 1,

    /// <summary>The events, one per line.</summary>
    Events = 2,
}
