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
}

/// <summary>The head in the JSON of commands.</summary>
/// <param name="Pid">The process id of the head; null for a head on another machine.</param>
/// <param name="Address">The base address of its HTTP API.</param>
internal sealed record HeadOutput(int? Pid, string Address)
{
    public static HeadOutput? Of(HeadIdentity? head) =>
        head is null ? null : new HeadOutput(head.Process.Pid, head.Address);
}
