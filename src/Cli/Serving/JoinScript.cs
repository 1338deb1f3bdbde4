using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>
/// What an operator pastes on a machine. A here-document, so no secret is in a list of processes or of earlier
/// commands.
/// </summary>
internal static class JoinScript
{
    private const string End = "SBNN-END";

    /// <summary>Writes the join file, and starts a node.</summary>
    public static IEnumerable<string> ForNode(JoinToken token) =>
        [.. Write("sbnn-join", token, ApiToken.TryParse(token.Token)!), "sbnn serve --role node --join-file sbnn-join"];

    /// <summary>Writes the file that <c>SBNN_HEAD</c> names, and names it.</summary>
    /// <param name="token">Where the head is, and its authority.</param>
    /// <param name="home">The home's own token.</param>
    public static IEnumerable<string> ForCommands(JoinToken token, ApiToken home) =>
        [.. Write("sbnn-head", token, home), "export SBNN_HEAD=\"$PWD/sbnn-head\""];

    private static IEnumerable<string> Write(string file, JoinToken head, ApiToken token)
    {
        using var authority = X509Certificate2.CreateFromPem(head.Authority);
        var access = new HeadAccess(new Uri(head.Head), token, authority);
        return [$"(umask 077; cat > {file} <<'{End}'",
            .. HeadAccessFile.Format(access).TrimEnd('\n').Split('\n'), End, ")"];
    }
}
