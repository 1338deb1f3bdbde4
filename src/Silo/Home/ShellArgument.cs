namespace Sbnn.Sweeps.Silo.Home;

/// <summary>An argument of a command as a user would type it in a shell.</summary>
public static class ShellArgument
{
    /// <summary>The argument, quoted if the shell would otherwise split, expand or drop it.</summary>
    public static string Of(string text) =>
        text.Length > 0
        && text.All(static c => char.IsLetterOrDigit(c) || "/._-+,:@%".Contains(c, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
