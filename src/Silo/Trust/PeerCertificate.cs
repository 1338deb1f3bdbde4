using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>Checks the certificate of a peer that connects to the head's gateway.</summary>
internal static class PeerCertificate
{
    /// <summary>The extended key usage of a head's certificate.</summary>
    public static OidCollection HeadUsage => [new Oid("1.3.6.1.5.5.7.3.1")];

    /// <summary>The extended key usage of a node's certificate.</summary>
    public static OidCollection NodeUsage => [new Oid("1.3.6.1.5.5.7.3.2")];

    /// <summary>True when a certificate is a node's: issued by this authority, for clients only.</summary>
    public static bool IsNode(X509Certificate2 certificate, X509Certificate2 authority, DateTimeOffset now)
    {
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(static e => e.EnhancedKeyUsages.Cast<Oid>());
        if (!usages.Select(static oid => oid.Value).SequenceEqual([NodeUsage[0].Value])) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        // No revocation list is read, because the registry contains the certificates that are valid.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(certificate);
    }
}
