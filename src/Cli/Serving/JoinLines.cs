using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;

namespace Sbnn.Sweeps.Cli.Serving;

/// <summary>What an operator pastes on a machine. A here-document, so no secret is in a list of processes or of earlier commands.</summary>
internal static class JoinLines
{
    private const string End = "SBNN-END";

    /// <summary>Writes the join file, and starts a node.</summary>
    public static IEnumerable<string> ForNode(JoinToken token)
    {
        using var authority = X509Certificate2.CreateFromPem(token.Authority);
        var access = new HeadAccess(new Uri(token.Head), ApiToken.TryParse(token.Token), authority);
        yield return $"(umask 077; cat > sbnn-join <<'{End}'";
        foreach (var line in HeadAccessFile.Format(access).TrimEnd('\n').Split('\n')) yield return line;
        yield return End;
        yield return ")";
        yield return "sbnn serve --role node --join-file sbnn-join";
    }
}
