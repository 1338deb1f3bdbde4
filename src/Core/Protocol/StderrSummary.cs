namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>Summarises the end of a process's standard error in one line that says why the process ended.</summary>
public static class StderrSummary
{
    private const int MaximumLength = 500;
    private const string DotNetMissing = "You must install";
    private const string CauseArrow = "---> ";

    /// <summary>
    /// The last line that is not empty. If the text ends with an exception, its innermost message instead of the stack
    /// trace. If .NET's host wrote the text, the name of the missing framework. Null when nothing was written.
    /// </summary>
    public static string? Of(string? stderr)
    {
        var lines = (stderr ?? "").Split('\n', StringSplitOptions.TrimEntries);
        var last = Array.FindLastIndex(lines, static line => line.Length > 0);
        if (last < 0) return null;
        var words = MissingFramework(lines) ?? (IsStack(lines[last]) ? MessageAbove(lines, last) : null) ?? lines[last];
        return words.Length <= MaximumLength ? words : $"{words.AsSpan(0, MaximumLength)}…";
    }

    // The text of .NET's host ends with download addresses; an earlier line names the missing framework.
    private static string? MissingFramework(string[] lines) =>
        Array.FindLast(lines, static line => line.StartsWith(DotNetMissing, StringComparison.Ordinal))
            is not { } request ? null
        : Array.FindLast(lines, static line => line.StartsWith("Framework: ", StringComparison.Ordinal))
            is not { } framework ? request
        : $"{request} {framework}";

    // The text of an exception has its message, then the message of each cause after an arrow, then the stack traces,
    // beginning with that of the innermost cause. When only the end of the text is known, the messages above the stack
    // traces may be missing.
    private static string? MessageAbove(string[] lines, int last)
    {
        var stack = last;
        while (stack > 0 && (IsStack(lines[stack - 1]) || lines[stack - 1].Length == 0)) stack--;
        var first = stack - 1;
        while (first > 0 && !IsStack(lines[first - 1]) && !IsBeginning(lines[first])) first--;
        if (first < 0) return null;
        var message = lines[first..stack].TakeWhile(static line => line.Length > 0);
        var words = string.Join(' ', message);
        return words.StartsWith(CauseArrow, StringComparison.Ordinal) ? words[CauseArrow.Length..] : words;
    }

    private static bool IsStack(string line) =>
        (line.StartsWith("at ", StringComparison.Ordinal) && line.Contains('(', StringComparison.Ordinal))
            || line.StartsWith("--- End of ", StringComparison.Ordinal);

    // "Unhandled exception. Namespace.SomeException (13): message", or the same after an arrow.
    private static bool IsBeginning(string line) =>
        line.StartsWith(CauseArrow, StringComparison.Ordinal)
        || (line.IndexOf("Exception", StringComparison.Ordinal) is >= 0 and var name && line.IndexOf(':', name) >= 0
            && !line.AsSpan(0, name).Contains('('));
}
