using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// A node's membership: the head's address and certificate authority, and the node's own certificate, key and secret.
/// The membership is stored in one file that only the owner may read.
/// </summary>
public sealed class NodeMembership
{
    private readonly string _file;
    private readonly Stored _stored;

    private NodeMembership(string file, Stored stored)
    {
        (_file, _stored) = (file, stored);
        Authority = X509Certificate2.CreateFromPem(stored.Authority);
        Certificate = X509Certificate2.CreateFromPem(stored.Certificate, stored.Key);
    }

    /// <summary>The node's name, as the head admitted it.</summary>
    public NodeName Name => _stored.Name;

    /// <summary>The base address of the head's HTTP API.</summary>
    public Uri Head => _stored.Head;

    /// <summary>
    /// The port at which the head's gateway listens. With a port forward, nodes may reach it at another port.
    /// </summary>
    public int GatewayPort => _stored.GatewayPort;

    /// <summary>The secret that the node's calls carry.</summary>
    public string Secret => _stored.Secret;

    /// <summary>The certificate of the head's authority.</summary>
    public X509Certificate2 Authority { get; }

    /// <summary>The node's current certificate with its key, for the next connection.</summary>
    public X509Certificate2 Certificate { get; private set; }

    /// <summary>Reads a membership; null when the file does not exist.</summary>
    /// <exception cref="BadInputException">The file is damaged.</exception>
    public static NodeMembership? Find(string file)
    {
        if (!File.Exists(file)) return null;
        try
        {
            return new NodeMembership(file, DurableFile.ReadJson<Stored>(file));
        }
        catch (CryptographicException error)
        {
            throw new BadInputException(
                $"{file}: damaged; delete the file, and join again with a new join file", error);
        }
    }

    /// <summary>Stores the membership of a newly admitted node.</summary>
    internal static NodeMembership Store(
        string file, NodeName name, Uri head, int gatewayPort, X509Certificate2 authority, string certificate,
        ECDsa key, string secret)
    {
        var stored = new Stored(
            name, head, gatewayPort, authority.ExportCertificatePem(), certificate,
            key.ExportPkcs8PrivateKeyPem(), secret);
        DurableFile.WriteJson(file, stored, isSecret: true);
        return new NodeMembership(file, stored);
    }

    /// <summary>Replaces the certificate and stores the membership.</summary>
    internal void Renew(string certificate, ECDsa key)
    {
        var stored = _stored with { Certificate = certificate, Key = key.ExportPkcs8PrivateKeyPem() };
        DurableFile.WriteJson(_file, stored, isSecret: true);
        Certificate = X509Certificate2.CreateFromPem(stored.Certificate, stored.Key);
    }

    private sealed record Stored(
        NodeName Name, Uri Head, int GatewayPort, string Authority, string Certificate, string Key, string Secret);
}
