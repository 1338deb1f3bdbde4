using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>
/// Keeps the last part of an attempt's logs on the head once the attempt has ended, because its node may leave soon.
/// </summary>
public interface ILogKeeper
{
    /// <summary>
    /// Keeps the ends of standard output and standard error, unless they are on this machine already.
    /// </summary>
    /// <param name="attempt">The attempt that has ended.</param>
    /// <param name="read">Reads the end of a file on its node.</param>
    Task KeepAsync(AttemptId attempt, Func<LogFile, Task<LogPart?>> read);
}
