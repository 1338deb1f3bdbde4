using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Cli.Remote;

/// <summary>A machine that the user's ssh reaches, and the node that sbnn runs there.</summary>
/// <param name="Destination">The host, or user@host, as the user types it after <c>ssh</c>.</param>
/// <param name="NodeOptions">Options of <c>serve --role node</c> for this host only.</param>
internal sealed record SshHost(string Destination, IReadOnlyList<string> NodeOptions)
{
    private const int LongestName = 63;
    private const string Allowed = "host or user@host of letters, digits, '-', '_' and '.', not beginning with '-'; "
        + "an alias of ~/.ssh/config can stand for anything else";

    /// <summary>The node's name: the host without the user.</summary>
    public NodeName Node { get; } = new(Destination[(Destination.IndexOf('@', StringComparison.Ordinal) + 1)..]);

    /// <summary>
    /// Reads the value of <c>--ssh</c>: hosts, separated by commas. Throws <see cref="BadInputException"/> when one is
    /// not valid.
    /// </summary>
    public static IReadOnlyList<SshHost> ParseList(string option, string given) =>
        [.. given.Split(',').Select(host => Parse(host.Trim(), [], option))];

    /// <summary>
    /// Reads a file with one host per line, which options of its node may follow. Text after '#' is a comment. Throws
    /// <see cref="BadInputException"/> with file and line when a host is not valid.
    /// </summary>
    /// <param name="lines">The file's lines.</param>
    /// <param name="file">The file's name in messages.</param>
    public static IReadOnlyList<SshHost> ParseLines(IEnumerable<string> lines, string file) =>
    [
        .. from line in lines.Select(static (text, index) => (Text: text, Number: index + 1))
           let words = line.Text.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
           where words.Length > 0
           select Parse(words[0], words[1..], string.Create(CultureInfo.InvariantCulture, $"{file}:{line.Number}")),
    ];

    /// <summary>
    /// Throws <see cref="BadInputException"/> when two hosts would have the same node name, or there is no host.
    /// </summary>
    public static IReadOnlyList<SshHost> RequireDistinct(IReadOnlyList<SshHost> hosts)
    {
        if (hosts.Count == 0)
            throw new BadInputException("--ssh: no host is named; add --ssh host1,host2 or --hosts <file>");
        var byNode = hosts.GroupBy(static host => host.Node);
        if (byNode.FirstOrDefault(static group => group.Count() > 1) is not { } alike) return hosts;
        var names = string.Join(" and ", alike.Select(static host => host.Destination).Distinct());
        throw new BadInputException(
            $"--ssh: duplicate node name {alike.Key} ({names}); name each host once, or give each an alias of its own "
                + "in ~/.ssh/config");
    }

    // ssh would take a destination that begins with '-' for an option.
    private static SshHost Parse(string text, string[] nodeOptions, string place)
    {
        var parts = text.Split('@');
        return parts.Length <= 2 && parts[^1].Length <= LongestName && Array.TrueForAll(parts, IsName)
            ? new SshHost(text, nodeOptions)
            : throw new BadInputException($"{place}: '{text}' is not allowed (allowed: {Allowed})");
    }

    private static bool IsName(string text) =>
        text.Length > 0 && text[0] != '-'
        && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        && text.Any(static c => c != '.');
}
