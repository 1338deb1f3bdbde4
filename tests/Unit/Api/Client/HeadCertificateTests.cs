using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Tests.Unit.Api.Client;

/// <summary>Tests with real TLS connections which certificates of a head a client accepts.</summary>
public sealed class HeadCertificateTests : IDisposable
{
    private readonly TestAuthority _authority = TestAuthority.Create();
    private int _requests;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Request_IsAnswered_WhenTheExpectedAuthorityIssuedTheCertificate()
    {
        // Null means that the head has received the request and answered it: there is no such sweep.
        Assert.Null(await RequestAsync(_authority.Issue("CN=head", TestAuthority.ForServers)));
        Assert.Equal(1, _requests);
    }

    [Theory]
    [InlineData("CN=node-1", TestAuthority.ForServers, 20,
        "the server's certificate belongs to CN=node-1, not to the head")]
    [InlineData("CN=node-1 + CN=head", TestAuthority.ForServers, 20, "not to the head")]
    [InlineData("CN=head", null, 20, "the server's certificate is not for servers")]
    [InlineData("CN=head", TestAuthority.ForServers, 0,
        "the server's certificate was not issued by the expected authority")]
    public async Task Request_IsNotSent_WhenTheCertificateIsNotTheHeads(
        string subject, string? usage, int validDays, string why) =>
        await AssertRejectedAsync(_authority.Issue(subject, usage, validDays), why);

    [Fact]
    // The certificate is checked directly, because a TLS server cannot present a client's certificate.
    public void FindFault_RejectsTheCertificate_WhenItIsForClients()
    {
        using var certificate = _authority.Issue("CN=head", TestAuthority.ForClients);

        var fault = HeadCertificate.FindFault(certificate, _authority.Certificate);

        Assert.StartsWith("the server's certificate was not issued by the expected authority", fault,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_IsNotSent_WhenAnotherAuthorityIssuedTheCertificate()
    {
        using var other = TestAuthority.Create();
        await AssertRejectedAsync(other.Issue("CN=head", TestAuthority.ForServers),
            "the server's certificate was not issued by the expected authority");
    }

    [Fact]
    public async Task Request_IsNotSent_WhenTheCertificateIsSelfSigned()
    {
        using var other = TestAuthority.Create();
        await AssertRejectedAsync(
            X509CertificateLoader.LoadPkcs12(other.Certificate.Export(X509ContentType.Pkcs12), null),
            "the server's certificate was not issued by the expected authority");
    }

    private async Task AssertRejectedAsync(X509Certificate2 shown, string why)
    {
        var error = await Assert.ThrowsAsync<HeadUnreachableException>(() => RequestAsync(shown));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _requests);
    }

    // Sends a request to a server with the certificate; the server answers that the sweep does not exist.
    private async Task<object?> RequestAsync(X509Certificate2 shown)
    {
        using var certificate = shown;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration()
            .ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        await using var app = builder.Build();
        app.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new SweepsClient(
            new HeadAccess(new Uri(app.Urls.Single() + "/"), ApiToken.CreateRandom(),
                _authority.Certificate)
            { NamedBy = "--head" });
        return await client.SetDesiredStateAsync("sweep", DesiredState.Paused, TestContext.Current.CancellationToken);
    }
}
