namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Torch's libraries cannot be loaded, because some are missing, damaged, or built for another system. No trial can be
/// trained on this machine.
/// </summary>
public sealed class TorchUnavailableException : Exception
{
    /// <summary>Creates the exception from the loader's message.</summary>
    /// <param name="library">The library, without prefix and extension.</param>
    /// <param name="refused">The loader's error: one line for each place that it searched.</param>
    public TorchUnavailableException(string library, Exception refused)
        : base($"{WhatIsWrong(library, refused.Message)}; install sbnn again, with all files of its trainer", refused)
    {
    }

    // At most one of the places has the library. The line for that place names the cause: a missing dependency, or the
    // damage.
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
