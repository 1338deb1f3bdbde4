using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Grains;

/// <summary>Keeps the end of what an attempt wrote with the head, once it is over: its node may be gone soon.</summary>
public interface ILogKeeper
{
    /// <summary>
    /// Keeps the ends of standard output and standard error, where they are not on this machine already.
    /// </summary>
    /// <param name="attempt">The attempt that is over.</param>
    /// <param name="read">Reads the end of a file on its node.</param>
    Task KeepAsync(AttemptId attempt, Func<LogFile, Task<LogPart?>> read);
}
