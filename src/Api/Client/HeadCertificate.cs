using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sbnn.Sweeps.Api.Client;

/// <summary>
/// Distinguishes a head's certificate from every other: its own authority issued it, for servers, to the subject
/// <c>head</c>. Host names are not compared, because the authority issues one such certificate only, and a head may be
/// reached by any name or through a tunnel.
/// </summary>
public static class HeadCertificate
{
    /// <summary>The subject's common name.</summary>
    public const string CommonName = "head";

    private const string CommonNameOid = "2.5.4.3";
    private const string ServerUsageOid = "1.3.6.1.5.5.7.3.1";

    /// <summary>Why a certificate is not that of the authority's head; null when it is.</summary>
    /// <param name="certificate">The certificate that was shown.</param>
    /// <param name="authority">The head's authority.</param>
    public static string? FindFault(X509Certificate2 certificate, X509Certificate2 authority)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(authority) };
        if (!chain.Build(certificate))
        {
            var words = chain.ChainStatus.Select(static status => status.StatusInformation.Trim());
            var why = string.Join("; ", words.Where(static text => text.Length > 0).Distinct());
            return $"its certificate is not one of the expected authority's: {why}";
        }

        var root = chain.ChainElements[^1].Certificate.RawDataMemory.Span;
        if (!root.SequenceEqual(authority.RawDataMemory.Span)) return "another authority issued its certificate";
        if (!IsForServers(certificate)) return "its certificate is not one for servers";
        return IsNamedHead(certificate) ? null : $"its certificate is that of {certificate.Subject}, not of the head";
    }

    /// <summary>TLS in which nothing is sent before the head's certificate is found to be the authority's.</summary>
    internal static SslClientAuthenticationOptions Demand(X509Certificate2 authority) => new()
    {
        CertificateChainPolicy = Policy(authority),
        RemoteCertificateValidationCallback = (_, shown, _, _) =>
        {
            var fault = shown switch
            {
                null => "it shows no certificate",
                X509Certificate2 certificate => FindFault(certificate, authority),
                _ => "its certificate cannot be read",
            };
            return fault is null ? true : throw new AuthenticationException(fault); // The client's error says this.
        },
    };

    private static X509ChainPolicy Policy(X509Certificate2 authority)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // The authority publishes no list.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(authority);
        policy.ApplicationPolicy.Add(new Oid(ServerUsageOid));
        return policy;
    }

    // A certificate that names no usage is good for every one, as far as the chain is concerned.
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
