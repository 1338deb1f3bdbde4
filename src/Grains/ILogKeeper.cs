using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Keeps the last part of an attempt's logs on the head once the attempt has ended, because the attempt's node may
/// leave soon.
/// </summary>
public interface ILogKeeper
{
    /// <summary>
    /// Keeps the ends of standard output and standard error, unless the files are on this machine already.
    /// </summary>
    /// <param name="attempt">The attempt that has ended.</param>
    /// <param name="read">Reads the end of a log file on the attempt's node.</param>
    Task KeepAsync(AttemptId attempt, Func<LogFile, Task<LogPart?>> read);
}
