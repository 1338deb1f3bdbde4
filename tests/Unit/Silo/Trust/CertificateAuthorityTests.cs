using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trust;

public sealed class CertificateAuthorityTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void IssueNode_SetsNameAndIdentity_RegardlessOfTheRequest()
    {
        using var authority = Open("authority.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=head", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(PeerCertificate.HeadUsage, critical: true));
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(
                certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));

        using var node = authority.IssueNode(request.CreateSigningRequestPem(), new("gpu-1"), "0123");

        Assert.Equal("CN=gpu-1, OU=0123", node.Subject);
        Assert.True(PeerCertificate.IsNode(node, authority.Certificate, _time.GetUtcNow()));
        Assert.NotNull(HeadCertificate.FindFault(node, authority.Certificate));
        Assert.False(node.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority);
    }

    [Fact]
    public void IssueHead_IssuesACertificate_ThatIsNotForNodes()
    {
        using var authority = Open("authority.pem");

        using var head = authority.IssueHead(["10.0.0.1", "head.example"]);

        Assert.Null(HeadCertificate.FindFault(head, authority.Certificate));
        Assert.False(PeerCertificate.IsNode(head, authority.Certificate, _time.GetUtcNow()));
        Assert.True(head.MatchesHostname("10.0.0.1"));
        Assert.True(head.MatchesHostname("head.example"));
    }

    [Fact]
    public void IsNode_IsFalse_WhenTheCertificateIsOfAnotherAuthorityOrExpired()
    {
        using var authority = Open("authority.pem");
        using var other = Open("other.pem");
        using var node = authority.IssueNode(Request(), new("gpu-1"), "0123");

        Assert.False(PeerCertificate.IsNode(node, other.Certificate, _time.GetUtcNow()));
        Assert.True(PeerCertificate.IsNode(node, authority.Certificate, _time.GetUtcNow().AddDays(89)));
        Assert.False(PeerCertificate.IsNode(node, authority.Certificate, _time.GetUtcNow().AddDays(91)));
    }

    [Fact]
    public void IsNode_IsFalse_WhenANodeIssuedTheCertificate()
    {
        using var authority = Open("authority.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=gpu-1", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
        using var node = authority.IssueNode(request, new("gpu-1"), "0123");
        using var signer = node.CopyWithPrivateKey(key);
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = new CertificateRequest("CN=gpu-2", otherKey, HashAlgorithmName.SHA256);
        forged.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(PeerCertificate.NodeUsage, critical: true));
        var generator = X509SignatureGenerator.CreateForECDsa(key);
        using var fake = forged.Create(signer.SubjectName, generator, node.NotBefore, node.NotAfter, [1, 2, 3]);

        Assert.False(PeerCertificate.IsNode(fake, authority.Certificate, _time.GetUtcNow()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----")]
    public void IssueNode_Throws_WhenTheRequestIsNotValid(string request)
    {
        using var authority = Open("authority.pem");

        var error = Assert.Throws<BadInputException>(() => authority.IssueNode(request, new("gpu-1"), "0123"));

        Assert.StartsWith("csr: not a certificate signing request in PEM", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OpenOrCreate_KeepsTheAuthority_InAFileThatOnlyTheOwnerMayRead()
    {
        using var first = Open("authority.pem");
        using var second = Open("authority.pem");

        Assert.Equal(first.Pem, second.Pem);
        const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnersOnly, File.GetUnixFileMode(_folder.In("authority.pem")));
    }

    [Fact]
    public void CurrentCertificate_IsRenewed_ThirtyDaysBeforeItExpires()
    {
        using var authority = Open("authority.pem");
        var head = new CurrentHeadCertificate(authority, [], _time);
        var first = head.Current.SerialNumber;

        _time.Advance(TimeSpan.FromDays(59));
        Assert.Equal(first, head.Current.SerialNumber);
        _time.Advance(TimeSpan.FromDays(1.5));

        Assert.NotEqual(first, head.Current.SerialNumber);
        Assert.Equal(_time.GetUtcNow().AddDays(90).UtcDateTime, head.Current.NotAfter.ToUniversalTime(),
            TimeSpan.FromSeconds(1));
    }

    internal static string Request()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateRequest("CN=node", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    private CertificateAuthority Open(string file) => CertificateAuthority.OpenOrCreate(_folder.In(file), _time);
}
