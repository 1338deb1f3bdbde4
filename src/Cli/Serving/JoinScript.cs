using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>
/// The shell commands that an operator pastes on a machine. They use a here-document, so that no secret appears in a
/// process list or as a command's argument.
/// </summary>
internal static class JoinScript
{
    private const string End = "SBNN-END";

    /// <summary>Commands that write the join file and start a node.</summary>
    public static IEnumerable<string> ForNode(JoinToken token) =>
        [.. Write("sbnn-join", token, ApiToken.TryParse(token.Token)!), "sbnn serve --role node --join-file sbnn-join"];

    /// <summary>Commands that write a head's access file and set <c>SBNN_HEAD</c> to it.</summary>
    /// <param name="token">The head's address and its certificate authority.</param>
    /// <param name="home">The home's token.</param>
    public static IEnumerable<string> ForCommands(JoinToken token, ApiToken home) =>
        [.. Write("sbnn-head", token, home), "export SBNN_HEAD=\"$PWD/sbnn-head\""];

    /// <summary>The text of the join file.</summary>
    public static string FileOf(JoinToken token) => FileOf(token, ApiToken.TryParse(token.Token)!);

    private static IEnumerable<string> Write(string file, JoinToken head, ApiToken token) =>
        [$"(umask 077; cat > {file} <<'{End}'", .. FileOf(head, token).TrimEnd('\n').Split('\n'), End, ")"];

    private static string FileOf(JoinToken head, ApiToken token)
    {
        using var authority = X509Certificate2.CreateFromPem(head.Authority);
        return HeadAccessFile.Format(new HeadAccess(new Uri(head.Head), token, authority));
    }
}
