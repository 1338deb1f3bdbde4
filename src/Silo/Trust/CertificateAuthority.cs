using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// A head's own certificate authority (P-256). It issues two kinds of certificates: the head's, for servers only, and
/// the nodes', for clients only. Both are valid for <see cref="Lifetime"/> and are renewed automatically.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>How long a certificate is valid.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(90);

    /// <summary>A certificate is renewed when its remaining validity is no longer than this.</summary>
    public static readonly TimeSpan RenewBefore = TimeSpan.FromDays(30);

    private const int YearsOfAuthority = 20;
    // The allowed clock difference between the machines of a cluster.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromDays(1);

    private readonly X509Certificate2 _signer;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 signer, TimeProvider time) => (_signer, _time) = (signer, time);

    /// <summary>The authority's certificate in PEM, which a node needs to recognise its head.</summary>
    public string Pem => _signer.ExportCertificatePem();

    /// <summary>The authority's certificate.</summary>
    public X509Certificate2 Certificate => _signer;

    /// <summary>
    /// Reads the authority of a home, or creates it. The file contains the authority's key, so only the owner may read
    /// the file, and no backup includes it.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="BadInputException">The file is not a valid authority.</exception>
    public static CertificateAuthority OpenOrCreate(string file, TimeProvider time)
    {
        if (!File.Exists(file))
        {
            var pem = Create(time.GetUtcNow());
            DurableFile.Write(file, stream => stream.Write(Encoding.ASCII.GetBytes(pem)), isSecret: true);
        }

        try
        {
            return new CertificateAuthority(X509Certificate2.CreateFromPemFile(file), time);
        }
        catch (CryptographicException error)
        {
            throw new BadInputException(
                $"{file}: not a certificate with its private key; restore the file, or delete it and let every node "
                    + "join again",
                error);
        }
    }

    /// <summary>Issues the head's certificate, with a new key.</summary>
    /// <param name="hosts">The names and addresses at which browsers and other clients reach the head.</param>
    public X509Certificate2 IssueHead(IReadOnlyCollection<string> hosts)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={HeadCertificate.CommonName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (var host in hosts)
        {
            if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
            else names.AddDnsName(host);
        }

        if (hosts.Count > 0) request.CertificateExtensions.Add(names.Build());
        using var certificate = Sign(request, PeerCertificate.HeadUsage);
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>
    /// Issues a node's certificate for the key of its request. Everything else in the request is ignored.
    /// </summary>
    /// <param name="request">A certificate signing request in PEM (PKCS #10), signed with the node's key.</param>
    /// <param name="name">The node's name: the subject's common name.</param>
    /// <param name="identity">The node's identity: the subject's organisational unit.</param>
    /// <exception cref="BadInputException">The request is damaged, or is not signed with its own key.</exception>
    public X509Certificate2 IssueNode(string request, NodeName name, string identity)
    {
        try
        {
            // The request's extensions are not read, and its subject is replaced.
            var parsed = CertificateRequest.LoadSigningRequestPem(request, HashAlgorithmName.SHA256);
            var subject = new X500DistinguishedNameBuilder();
            subject.AddCommonName(name.Value);
            subject.AddOrganizationalUnitName(identity);
            return Sign(new CertificateRequest(subject.Build(), parsed.PublicKey, HashAlgorithmName.SHA256),
                PeerCertificate.NodeUsage);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new BadInputException($"csr: not a certificate signing request in PEM: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _signer.Dispose();

    private static string Create(DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // Two authorities must not have the same name.
        var suffix = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var request = new CertificateRequest($"CN=sbnn {suffix}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        using var certificate = request.CreateSelfSigned(now - ClockSkew, now.AddYears(YearsOfAuthority));
        return $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
    }

    private X509Certificate2 Sign(CertificateRequest request, OidCollection usage)
    {
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usage, critical: true));
        var now = _time.GetUtcNow();
        return request.Create(_signer, now - ClockSkew, now + Lifetime, RandomNumberGenerator.GetBytes(16));
    }
}
