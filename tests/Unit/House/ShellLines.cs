namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>The commands in a fenced block of a shell.</summary>
internal static class ShellLines
{
    private static readonly string[] Languages = ["", "sh", "console"];

    /// <summary>Its lines, with those that end in a backslash joined to the next, and without a prompt.</summary>
    public static IEnumerable<(int Number, string Text)> Of(MarkdownBlock block)
    {
        if (!Languages.Contains(block.Language)) yield break;
        var begun = "";
        foreach (var (index, line) in block.Text.Split('\n').Index())
        {
            var text = begun + line.Trim();
            begun = text.EndsWith('\\') ? text[..^1] : "";
            if (begun.Length > 0 || text.Length == 0) continue;
            var hasPrompt = text.StartsWith("$ ", StringComparison.Ordinal);
            yield return (block.Line + index + 1, hasPrompt ? text[2..] : text);
        }
    }
}
