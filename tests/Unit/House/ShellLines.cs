namespace Sbnn.Sweeps.Tests.Unit.House;

/// <summary>Splits the fenced blocks that contain shell commands into lines.</summary>
internal static class ShellLines
{
    private static readonly string[] Languages = ["", "sh", "console"];

    /// <summary>
    /// Returns a block's commands without their prompts, each with its line; a line that ends in a backslash continues
    /// in the next one. Returns nothing for blocks in other languages.
    /// </summary>
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
