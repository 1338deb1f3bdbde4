using System.Security.Cryptography.X509Certificates;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>
/// The head's certificate. It is renewed automatically, because a head may run longer than a certificate is valid.
/// </summary>
/// <param name="authority">Issues the certificate.</param>
/// <param name="hosts">The names and addresses at which clients reach the head.</param>
/// <param name="time">The clock.</param>
internal sealed class CurrentHeadCertificate(
    CertificateAuthority authority, IReadOnlyCollection<string> hosts, TimeProvider time)
{
    private readonly Lock _lock = new();
    private X509Certificate2? _current;

    /// <summary>The certificate for the next connection.</summary>
    public X509Certificate2 Current
    {
        get
        {
            lock (_lock)
            {
                // The previous certificate is not disposed, because a handshake may still use it.
                if (_current is null
                    || _current.NotAfter.ToUniversalTime() - time.GetUtcNow().UtcDateTime
                    <= CertificateAuthority.RenewBefore)
                {
                    _current = authority.IssueHead(hosts);
                }

                return _current;
            }
        }
    }
}
