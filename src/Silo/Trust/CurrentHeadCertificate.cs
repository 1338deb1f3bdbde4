using System.Security.Cryptography.X509Certificates;

namespace Sbnn.Sweeps.Silo.Trust;

/// <summary>The head's certificate, which renews itself: a head may run for longer than one lasts.</summary>
/// <param name="authority">Issues it.</param>
/// <param name="hosts">Names and addresses at which the head is reached.</param>
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
                // The one before is left to the garbage collector: a handshake may be using it.
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
