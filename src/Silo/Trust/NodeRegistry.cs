using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// The nodes that this head admits. A machine presents a join token and receives a secret and a certificate. The file
/// stores only hashes of tokens and secrets. It outlives the head's process, and is not part of a backup.
/// </summary>
internal sealed class NodeRegistry : INodeAdmission
{
    private const int LongestName = 63;

    private readonly Lock _lock = new();
    private readonly string _file;
    private readonly TimeProvider _time;
    private readonly HeadGateway? _gateway;
    private Content _content;
    private (NodeName Name, string Identity, string Secret)? _local;

    /// <param name="file">The registry's file.</param>
    /// <param name="gateway">The addresses at which nodes reach the head; null when the head accepts no nodes from
    /// other machines.</param>
    /// <param name="time">The clock.</param>
    public NodeRegistry(string file, HeadGateway? gateway, TimeProvider time)
    {
        (_file, _gateway, _time) = (file, gateway, time);
        _content = File.Exists(file) ? DurableFile.ReadJson<Content>(file) : new Content([], [], []);
    }

    /// <inheritdoc/>
    public IReadOnlyList<NodeName> Nodes =>
        [.. _content.Nodes.Select(static node => node.Name).Distinct()
            .OrderBy(static name => name.Value, StringComparer.Ordinal)];

    /// <summary>
    /// Admits the node of the head's own process, without storing it in the file. Returns the node's secret.
    /// </summary>
    public string AdmitLocal(NodeName name, string identity)
    {
        var secret = CreateSecret();
        _local = (name, identity, secret);
        return secret;
    }

    /// <inheritdoc/>
    public string? FindRefusal(NodeName name, string identity, string secret)
    {
        if (_local is { } local && local.Name == name && local.Identity == identity && AreEqual(local.Secret, secret))
            return null;
        var hash = Hash(secret);
        return _content.Nodes.Any(
            node => node.Name == name && node.Identity == identity && AreEqual(node.SecretHash, hash))
                ? null
                : "this head has not admitted the node, or has removed it; to join again, run `sbnn nodes token` on "
                    + "the head "
                    + "and give the file to the node";
    }

    /// <inheritdoc/>
    public bool IsDraining(NodeName name) => _content.Draining.Contains(name);

    /// <inheritdoc/>
    public bool IsJoinToken(string text)
    {
        var (hash, now) = (Hash(text), _time.GetUtcNow());
        return _content.Tokens.Any(token => AreEqual(token.Hash, hash) && token.ExpiresAt > now);
    }

    /// <inheritdoc/>
    public NodeName? FindNode(string secret) => FindBySecret(secret)?.Name;

    /// <summary>
    /// True when this head issued a certificate, and it is the current or the previous one of an admitted node.
    /// </summary>
    public bool HasIssued(X509Certificate2 certificate) =>
        _content.Nodes.Any(node => node.Serials.Contains(certificate.SerialNumber));

    /// <inheritdoc/>
    public JoinedNode Admit(JoinRequest request)
    {
        var gateway = RequireGateway();
        var name = NameOf(request.Name);
        if (request.Identity.Length != 32 || !request.Identity.All(char.IsAsciiHexDigitLower))
        {
            throw new BadInputException(
                $"identity: '{request.Identity}' is not valid (allowed: 32 lower-case hex digits)");
        }

        using var certificate = gateway.Authority.IssueNode(request.Csr, name, request.Identity);
        var secret = CreateSecret();
        Change(content => content with
        {
            // A machine that joins again gets a new secret, and its earlier secret is no longer valid.
            Nodes =
            [
                .. content.Nodes.Where(
                    node => (node.Name != name || node.Identity != request.Identity)
                    && node.ExpiresAt > _time.GetUtcNow()),
                new Entry(name, request.Identity, Hash(secret), [certificate.SerialNumber], ExpiryOf(certificate)),
            ],
        });
        return new JoinedNode
        {
            Secret = secret,
            Certificate = certificate.ExportCertificatePem(),
            GatewayPort = gateway.Port,
        };
    }

    /// <inheritdoc/>
    public RenewedCertificate Renew(string secret, RenewalRequest request)
    {
        var known = FindBySecret(secret) ?? throw new InvalidOperationException("no node has this secret");
        using var certificate = RequireGateway().Authority.IssueNode(request.Csr, known.Name, known.Identity);
        var next = known with
        {
            Serials = [certificate.SerialNumber, known.Serials[0]],
            ExpiresAt = ExpiryOf(certificate),
        };
        Change(content => content with { Nodes = [.. content.Nodes.Select(node => node == known ? next : node)] });
        return new RenewedCertificate { Certificate = certificate.ExportCertificatePem() };
    }

    /// <inheritdoc/>
    public JoinToken CreateToken(TimeSpan lifetime)
    {
        var gateway = RequireGateway();
        var (token, now) = (CreateSecret(), _time.GetUtcNow());
        Change(content => content with
        {
            Tokens = [.. content.Tokens.Where(known => known.ExpiresAt > now), new Token(Hash(token), now + lifetime)],
        });
        return new JoinToken
        {
            Token = token,
            Authority = gateway.Authority.Pem,
            Head = gateway.Head,
            ExpiresAt = now + lifetime,
        };
    }

    /// <inheritdoc/>
    public bool Remove(NodeName name)
    {
        var isKnown = Nodes.Contains(name);
        Change(content => content with
        {
            Nodes = [.. content.Nodes.Where(node => node.Name != name)],
            Draining = [.. content.Draining.Where(other => other != name)],
        });
        return isKnown;
    }

    /// <inheritdoc/>
    public void Forget(NodeName name, string identity) => Change(content => content with
    {
        Nodes = [.. content.Nodes.Where(node => node.Name != name || node.Identity != identity)],
    });

    /// <inheritdoc/>
    public void Drain(NodeName name, bool isDraining) => Change(content => content with
    {
        Draining = isDraining ? [.. content.Draining.Union([name])]
            : [.. content.Draining.Where(other => other != name)],
    });

    private static NodeName NameOf(string name) =>
        name.Length is > 0 and <= LongestName
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? new NodeName(name)
            : throw new BadInputException(
                $"name: '{name}' is not a valid node name "
                + $"(allowed: 1 to {LongestName} letters, digits, '-', '_' and '.')");

    private static DateTimeOffset ExpiryOf(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    private static string CreateSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private Entry? FindBySecret(string secret)
    {
        var hash = Hash(secret);
        return _content.Nodes.FirstOrDefault(node => AreEqual(node.SecretHash, hash));
    }

    private HeadGateway RequireGateway() =>
        _gateway ?? throw new BadInputException(
            "this sbnn accepts no nodes; start a head that does: sbnn serve --role head --listen ADDRESS");

    private void Change(Func<Content, Content> change)
    {
        lock (_lock)
        {
            var next = change(_content);
            DurableFile.WriteJson(_file, next, isSecret: true);
            _content = next; // Readers see either the old or the new content, and need no lock.
        }
    }

    private sealed record Content(
        IReadOnlyList<Token> Tokens, IReadOnlyList<Entry> Nodes, IReadOnlyList<NodeName> Draining);

    private sealed record Token(string Hash, DateTimeOffset ExpiresAt);

    private sealed record Entry(
        NodeName Name, string Identity, string SecretHash, IReadOnlyList<string> Serials, DateTimeOffset ExpiresAt);
}

/// <summary>The addresses at which nodes reach a head.</summary>
/// <param name="Authority">Issues the nodes' certificates.</param>
/// <param name="Head">The base address of the head's HTTP API.</param>
/// <param name="Port">The port of the Orleans gateway.</param>
internal sealed record HeadGateway(CertificateAuthority Authority, string Head, int Port);
