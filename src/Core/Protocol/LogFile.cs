namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>What an attempt's trainer writes for people. A request names one of these, never a path.</summary>
public enum LogFile
{
    /// <summary>Standard output.</summary>
    Stdout = 0,

    /// <summary>Standard error.</summary>
    Stderr = 1,

    /// <summary>Its events, one a line.</summary>
    Events = 2,
}
