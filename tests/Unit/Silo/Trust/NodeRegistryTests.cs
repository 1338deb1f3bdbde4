using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Silo.Trust;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trust;

public sealed class NodeRegistryTests : IDisposable
{
    private const string Identity = "0123456789abcdef0123456789abcdef";
    private static readonly NodeName Name = new("gpu-1");
    private readonly TempFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero));
    private readonly CertificateAuthority _authority;

    public NodeRegistryTests() => _authority = CertificateAuthority.OpenOrCreate(_folder.In("authority.pem"), _time);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void CreateToken_AdmitsNodes_UntilItExpires()
    {
        var registry = Open();
        var token = registry.CreateToken(TimeSpan.FromHours(1));

        Assert.True(registry.IsJoinToken(token.Token));
        Assert.False(registry.IsJoinToken(new string('0', 64)));
        // The token is still valid for a registry that is opened again, as after a restart of the head.
        Assert.True(Open().IsJoinToken(token.Token));
        _time.Advance(TimeSpan.FromMinutes(61));
        Assert.False(registry.IsJoinToken(token.Token));
    }

    [Fact]
    public void Admit_ReturnsSecretAndCertificate_WithoutStoringThem()
    {
        var registry = Open();
        var token = registry.CreateToken(TimeSpan.FromHours(1));

        var joined = Admit(registry);

        using var certificate = X509Certificate2.CreateFromPem(joined.Certificate);
        Assert.True(Open().HasIssued(certificate));
        Assert.Null(Open().FindRefusal(Name, Identity, joined.Secret));
        Assert.Equal(Name, Open().FindNode(joined.Secret));
        var text = File.ReadAllText(_folder.In("nodes.json"));
        Assert.DoesNotContain(joined.Secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Token, text, StringComparison.Ordinal);
        const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!OperatingSystem.IsWindows())
            Assert.Equal(OwnersOnly, File.GetUnixFileMode(_folder.In("nodes.json")));
    }

    [Theory]
    [InlineData("gpu-2", Identity)]
    [InlineData("gpu-1", "ffffffffffffffffffffffffffffffff")]
    public void FindRefusal_RefusesAnotherNameOrIdentity_WithANodesSecret(string name, string identity)
    {
        var registry = Open();
        var secret = Admit(registry).Secret;

        Assert.StartsWith(
            "this head has not admitted the node", registry.FindRefusal(new(name), identity, secret),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_RevokesSecretAndCertificate_Immediately()
    {
        var registry = Open();
        var joined = Admit(registry);
        using var certificate = X509Certificate2.CreateFromPem(joined.Certificate);

        Assert.True(registry.Remove(Name));

        Assert.False(registry.HasIssued(certificate));
        Assert.NotNull(registry.FindRefusal(Name, Identity, joined.Secret));
        Assert.Null(registry.FindNode(joined.Secret));
        Assert.False(registry.Remove(Name));
    }

    [Fact]
    public void Forget_RemovesOnlyTheNode_WithThatNameAndIdentity()
    {
        var registry = Open();
        var joined = Admit(registry);

        registry.Forget(Name, new string('b', 32));
        Assert.Null(registry.FindRefusal(Name, Identity, joined.Secret));
        registry.Forget(Name, Identity);

        Assert.NotNull(Open().FindRefusal(Name, Identity, joined.Secret));
        Assert.Empty(registry.Nodes);
    }

    [Fact]
    public void Renew_IssuesACertificate_AndStillAcceptsThePreviousOne()
    {
        var registry = Open();
        var joined = Admit(registry);
        using var first = X509Certificate2.CreateFromPem(joined.Certificate);
        _time.Advance(TimeSpan.FromDays(70));

        using var second = X509Certificate2.CreateFromPem(
            registry.Renew(joined.Secret, new RenewalRequest { Csr = CertificateAuthorityTests.Request() })
                .Certificate);
        using var third = X509Certificate2.CreateFromPem(
            registry.Renew(joined.Secret, new RenewalRequest { Csr = CertificateAuthorityTests.Request() })
                .Certificate);

        Assert.True(registry.HasIssued(third));
        // The second certificate stays valid, because the node may not have received the third one.
        Assert.True(registry.HasIssued(second));
        Assert.False(registry.HasIssued(first));
        Assert.Equal("CN=gpu-1, OU=0123456789abcdef0123456789abcdef", third.Subject);
        Assert.True(PeerCertificate.IsNode(third, _authority.Certificate, _time.GetUtcNow().AddDays(80)));
    }

    [Fact]
    public void AdmitLocal_AdmitsTheHeadsOwnNode_WithoutAFile()
    {
        var registry = new NodeRegistry(_folder.In("nodes.json"), gateway: null, _time);

        var secret = registry.AdmitLocal(Name, Identity);

        Assert.Null(registry.FindRefusal(Name, Identity, secret));
        Assert.NotNull(registry.FindRefusal(Name, Identity, "guess"));
        Assert.False(File.Exists(_folder.In("nodes.json")));
        Assert.Equal(
            "this sbnn accepts no nodes; start a head that does: sbnn serve --role head --listen ADDRESS",
            Assert.Throws<BadInputException>(() => registry.CreateToken(TimeSpan.FromHours(1))).Message);
    }

    [Theory]
    [InlineData("", Identity, "name: '' is not a valid node name")]
    [InlineData("../x", Identity, "name: '../x' is not a valid node name")]
    [InlineData("gpu-1", "short", "identity: 'short' is not valid")]
    public void Admit_Throws_WhenTheNameOrIdentityIsNotValid(string name, string identity, string message)
    {
        var error = Assert.Throws<BadInputException>(
            () => Open().Admit(
                new JoinRequest { Name = name, Identity = identity, Csr = CertificateAuthorityTests.Request() }));

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Drain_StaysInEffect_UntilItIsUndoneOrTheNodeIsRemoved()
    {
        var registry = Open();
        Admit(registry);

        registry.Drain(Name, isDraining: true);
        Assert.True(Open().IsDraining(Name));
        registry.Drain(Name, isDraining: false);
        Assert.False(Open().IsDraining(Name));
        registry.Drain(Name, isDraining: true);
        registry.Remove(Name);

        Assert.False(Open().IsDraining(Name));
    }

    private static JoinedNode Admit(NodeRegistry registry) =>
        registry.Admit(
            new JoinRequest { Name = Name.Value, Identity = Identity, Csr = CertificateAuthorityTests.Request() });

    private NodeRegistry Open() =>
        new(_folder.In("nodes.json"), new HeadGateway(_authority, "https://10.0.0.1:7700", 7701), _time);
}
