namespace Sbnn.Sweeps.Trainer.Method;

/// <summary>
/// Torch's libraries cannot be loaded, because some of them are missing, damaged, or built for another system. This
/// machine cannot train trials.
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

    // The message has a line for each place that the loader searched. At most one place has the library; the line for
    // that place names the cause, such as a missing dependency or a damaged file.
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
            + $"{causes.FirstOrDefault() ?? $"the file does not exist in {AppContext.BaseDirectory} or below"}";
    }
}
