using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>What one side of a connection demands of the other's certificate.</summary>
internal static class PeerCertificate
{
    /// <summary>The subject of a head's certificate. There is one head, so its address is not compared.</summary>
    public const string HeadName = "head";

    private static readonly Oid ServerUsage = new("1.3.6.1.5.5.7.3.1"), ClientUsage = new("1.3.6.1.5.5.7.3.2");

    /// <summary>The extended key usage of a head's certificate.</summary>
    public static OidCollection HeadUsage => [ServerUsage];

    /// <summary>The extended key usage of a node's certificate.</summary>
    public static OidCollection NodeUsage => [ClientUsage];

    /// <summary>True when a certificate is the head's: issued by this authority, for servers only, to the subject <c>head</c>.</summary>
    public static bool IsHead(X509Certificate2 certificate, X509Certificate2 authority, DateTimeOffset now) =>
        IsIssued(certificate, authority, ServerUsage, now) && NameOf(certificate) == HeadName;

    /// <summary>True when a certificate is a node's: issued by this authority, for clients only.</summary>
    public static bool IsNode(X509Certificate2 certificate, X509Certificate2 authority, DateTimeOffset now) =>
        IsIssued(certificate, authority, ClientUsage, now);

    /// <summary>The common name of a certificate's subject.</summary>
    public static string NameOf(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    private static bool IsIssued(X509Certificate2 certificate, X509Certificate2 authority, Oid usage, DateTimeOffset now)
    {
        var usages = certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().SelectMany(static e => e.EnhancedKeyUsages.Cast<Oid>());
        if (!usages.Select(static oid => oid.Value).SequenceEqual([usage.Value])) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // The head keeps its own list of removed nodes.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = now.UtcDateTime;
        return chain.Build(certificate);
    }
}
