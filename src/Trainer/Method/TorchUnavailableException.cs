namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// torch's libraries cannot be loaded: some are missing, damaged, or made for another system. No trial can be trained
/// here.
/// </summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>Creates the exception from what the loader says.</summary>
    /// <param name="library">The library, without prefix and extension.</param>
    /// <param name="refused">The loader's error: a line for each place where it looked.</param>
    public TorchUnavailableException(string library, Exception refused)
        : base($"{WhatIsWrong(library, refused.Message)}; install sbnn again, with all files of its trainer", refused)
    {
    }

    // Of the places only one has the library, or none. What that one says is the cause: another library that is
    // missing, or the damage.
    private static string WhatIsWrong(string library, string refused)
    {
        var causes =
            from line in refused.Split('\n', StringSplitOptions.TrimEntries)
            let end = line.IndexOf(": ", StringComparison.Ordinal)
            where end > 0 && !line.Contains("strace", StringComparison.Ordinal)
            let file = line[..end]
            where File.Exists(file) || !file.Contains('/', StringComparison.Ordinal)
            select line;
        return $"lib{library}: cannot be loaded: "
            + $"{causes.FirstOrDefault() ?? $"there is no such file in {AppContext.BaseDirectory} or below"}";
    }
}
