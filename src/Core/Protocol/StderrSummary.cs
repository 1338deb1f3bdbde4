namespace Sbnn.Sweeps.Core.Protocol;

/// <summary>What the end of a process's standard error says of why it ended, in one line.</summary>
public static class StderrSummary
{
    private const int Longest = 500;
    private const string HostAsksForDotNet = "You must install";
    private const string Inner = "---> ";

    /// <summary>
    /// The last line that says something; of an exception its message, the innermost one's, instead of its stack; of
    /// .NET's host the framework that it misses. Null when nothing was said.
    /// </summary>
    public static string? Of(string? stderr)
    {
        var lines = (stderr ?? "").Split('\n', StringSplitOptions.TrimEntries);
        var last = Array.FindLastIndex(lines, static line => line.Length > 0);
        if (last < 0) return null;
        var words = HostsWords(lines) ?? (IsStack(lines[last]) ? MessageAbove(lines, last) : null) ?? lines[last];
        return words.Length <= Longest ? words : $"{words.AsSpan(0, Longest)}…";
    }

    // It ends in addresses to download from; what it misses is further up.
    private static string? HostsWords(string[] lines) =>
        Array.FindLast(lines, static line => line.StartsWith(HostAsksForDotNet, StringComparison.Ordinal))
            is not { } asks ? null
        : Array.FindLast(lines, static line => line.StartsWith("Framework: ", StringComparison.Ordinal))
            is not { } framework ? asks
        : $"{asks} {framework}";

    // An exception's text is its message, the messages of its causes, each after an arrow, and then the stacks, the
    // innermost cause's first. A tail may have lost the beginning: then nothing is above the stack.
    private static string? MessageAbove(string[] lines, int last)
    {
        var stack = last;
        while (stack > 0 && (IsStack(lines[stack - 1]) || lines[stack - 1].Length == 0)) stack--;
        var first = stack - 1;
        while (first > 0 && !IsStack(lines[first - 1]) && !IsBeginning(lines[first])) first--;
        if (first < 0) return null;
        var message = lines[first..stack].TakeWhile(static line => line.Length > 0);
        var words = string.Join(' ', message);
        return words.StartsWith(Inner, StringComparison.Ordinal) ? words[Inner.Length..] : words;
    }

    private static bool IsStack(string line) =>
        (line.StartsWith("at ", StringComparison.Ordinal) && line.Contains('(', StringComparison.Ordinal))
            || line.StartsWith("--- End of ", StringComparison.Ordinal);

    // "Unhandled exception. Namespace.SomeException (13): message", or the same after an arrow.
    private static bool IsBeginning(string line) =>
        line.StartsWith(Inner, StringComparison.Ordinal)
        || (line.IndexOf("Exception", StringComparison.Ordinal) is >= 0 and var name && line.IndexOf(':', name) >= 0
            && !line.AsSpan(0, name).Contains('('));
}
