namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>Summarises the end of a process's standard error, in one line that says why the process ended.</summary>
public static class StderrSummary
{
    private const int MaximumLength = 500;
    private const string DotNetMissing = "You must install";
    private const string CauseArrow = "---> ";

    /// <summary>
    /// The last line that is not empty. For an exception: the message of the innermost exception, instead of the stack.
    /// For .NET's host: the framework that is missing. Null when nothing was written.
    /// </summary>
    public static string? Of(string? stderr)
    {
        var lines = (stderr ?? "").Split('\n', StringSplitOptions.TrimEntries);
        var last = Array.FindLastIndex(lines, static line => line.Length > 0);
        if (last < 0) return null;
        var words = MissingFramework(lines) ?? (IsStack(lines[last]) ? MessageAbove(lines, last) : null) ?? lines[last];
        return words.Length <= MaximumLength ? words : $"{words.AsSpan(0, MaximumLength)}…";
    }

    // The host's text ends in download addresses; the missing framework is named further up.
    private static string? MissingFramework(string[] lines) =>
        Array.FindLast(lines, static line => line.StartsWith(DotNetMissing, StringComparison.Ordinal))
            is not { } request ? null
        : Array.FindLast(lines, static line => line.StartsWith("Framework: ", StringComparison.Ordinal))
            is not { } framework ? request
        : $"{request} {framework}";

    // An exception's text is its message, the messages of its causes, each after an arrow, and then the stacks, the
    // innermost cause's first. When the tail has lost its beginning, nothing is above the stack.
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
