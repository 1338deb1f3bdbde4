using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>Text that commands print for people.</summary>
internal static class TextOutput
{
    /// <summary>
    /// Aligned columns, two spaces apart. They are the same on a terminal and in a pipe, and lines are never wrapped.
    /// </summary>
    public static IEnumerable<string> Columns(IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        List<IReadOnlyList<string>> lines = [headers, .. rows];
        var widths = headers.Select((_, column) => lines.Max(line => line[column].Length)).ToList();
        return lines.Select(line => string.Join("  ", line.Select((cell, column) => cell.PadRight(widths[column])))
            .TrimEnd());
    }

    /// <summary>
    /// Text with a label before its first line. Lines are broken between words at a width and indented as far as the
    /// label reaches.
    /// </summary>
    public static IEnumerable<string> Hanging(string label, string text, int width)
    {
        var line = label;
        var isEmpty = true;
        foreach (var word in text.Split(' '))
        {
            if (!isEmpty && line.Length + 1 + word.Length >= width)
            {
                yield return line;
                line = new string(' ', label.Length);
                isEmpty = true;
            }

            line += isEmpty ? word : $" {word}";
            isEmpty = false;
        }

        yield return line;
    }
}

/// <summary>The head in the JSON of commands.</summary>
/// <param name="Pid">The process id of the head; null for a head on another machine.</param>
/// <param name="Address">The base address of its HTTP API.</param>
internal sealed record HeadOutput(int? Pid, string Address)
{
    public static HeadOutput? Of(HeadIdentity? head) =>
        head is null ? null : new HeadOutput(head.Process.Pid, head.Address);
}
