namespace Sbnn.Sweeps.Silo.Home;

/// <summary>A word of a command as a user would type it in a shell.</summary>
public static class ShellArgument
{
    /// <summary>The word, quoted where the shell would take it apart.</summary>
    public static string Of(string text) =>
        text.All(static c => char.IsLetterOrDigit(c) || "/._-+,:@%".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
