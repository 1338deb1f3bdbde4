using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// Verifies a head's certificate: the head's own authority must have issued it, for servers, to the subject
/// <c>head</c>. Host names are not compared, because the authority issues only one such certificate, and a head may
/// have several names or be behind a tunnel.
/// </summary>
public static class HeadCertificate
{
    /// <summary>The common name in the subject of a head's certificate.</summary>
    public const string CommonName = "head";

    private const string CommonNameOid = "2.5.4.3";
    private const string ServerUsageOid = "1.3.6.1.5.5.7.3.1";

    /// <summary>Why a certificate is not that of the authority's head; null when it is valid.</summary>
    /// <param name="certificate">The certificate that the server presented.</param>
    /// <param name="authority">The head's authority.</param>
    public static string? FindFault(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(authority) };
        if (!chain.Build(certificate))
        {
            var reasons = chain.ChainStatus.Select(static status => status.StatusInformation.Trim());
            var why = string.Join("; ", reasons.Where(static text => text.Length > 0).Distinct());
            return $"the server's certificate was not issued by the expected authority: {why}";
        }

        var root = chain.ChainElements[^1].Certificate.RawDataMemory.Span;
        if (!root.SequenceEqual(authority.RawDataMemory.Span))
            return "the server's certificate was issued by another authority";
        if (!IsForServers(certificate)) return "the server's certificate is not for servers";
        return IsNamedHead(certificate) ? null
            : $"the server's certificate belongs to {certificate.Subject}, not to the head";
    }

    /// <summary>TLS options that verify the head's certificate before any data is sent.</summary>
    internal static SslClientAuthenticationOptions RequireAuthority(X509Certificate2 authority) => new()
    {
        CertificateChainPolicy = Policy(authority),
        RemoteCertificateValidationCallback = (_, shown, _, _) =>
        {
            var fault = shown switch
            {
                null => "the server presented no certificate",
                X509Certificate2 certificate => FindFault(certificate, authority),
                _ => "the server's certificate cannot be read",
            };
            // The client's error message contains this text.
            return fault is null ? true : throw new AuthenticationException(fault);
        },
    };

    private static X509ChainPolicy Policy(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // The authority publishes no revocation list.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(authority);
        policy.ApplicationPolicy.Add(new Oid(ServerUsageOid));
        return policy;
    }

    // X509Chain accepts a certificate that lists no usages for every usage, so this method requires that the server
    // usage is listed.
    private static bool IsForServers(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>()
            .SelectMany(static usage => usage.EnhancedKeyUsages.Cast<Oid>())
            .Any(static oid => oid.Value == ServerUsageOid);

    private static bool IsNamedHead(X509Certificate2 certificate)
    {
        var names = certificate.SubjectName.EnumerateRelativeDistinguishedNames().ToList();
        return names.TrueForAll(static name => !name.HasMultipleElements)
            && names.Where(static name => name.GetSingleElementType().Value == CommonNameOid)
                .Select(static name => name.GetSingleElementValue()).SequenceEqual([CommonName]);
    }
}
