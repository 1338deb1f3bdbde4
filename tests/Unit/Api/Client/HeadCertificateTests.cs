using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core.Specs;

namespace Sbnn.Sweeps.Tests.Unit.Api.Client;

/// <summary>Which certificates a command takes for the head's, over real TLS.</summary>
public sealed class HeadCertificateTests : IDisposable
{
    private readonly MadeUpAuthority _authority = MadeUpAuthority.Create();
    private int _requests;

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Request_IsAnswered_WhenTheHeadsOwnAuthorityIssuedItsCertificate()
    {
        // The sweep does not exist, so the head answered.
        Assert.Null(await AskAsync(_authority.Issue("CN=head", MadeUpAuthority.ForServers)));
        Assert.Equal(1, _requests);
    }

    [Theory]
    [InlineData("CN=node-1", MadeUpAuthority.ForServers, 20, "its certificate is that of CN=node-1, not of the head")]
    [InlineData("CN=node-1 + CN=head", MadeUpAuthority.ForServers, 20, "not of the head")]
    [InlineData("CN=head", null, 20, "its certificate is not one for servers")]
    [InlineData("CN=head", MadeUpAuthority.ForServers, 0, "its certificate is not one of the expected authority's")]
    public async Task Request_IsNotSent_WhenTheCertificateIsNotTheHeads(
        string subject, string? usage, int validDays, string why) =>
        await RefusedAsync(_authority.Issue(subject, usage, validDays), why);

    [Fact]
    public void FindFault_RefusesTheCertificate_WhenItIsOneForClients() // A server refuses to show such a one.
    {
        using var certificate = _authority.Issue("CN=head", MadeUpAuthority.ForClients);

        var fault = HeadCertificate.FindFault(certificate, _authority.Certificate);

        Assert.StartsWith("its certificate is not one of the expected authority's", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_IsNotSent_WhenAnotherAuthorityIssuedTheCertificate()
    {
        using var other = MadeUpAuthority.Create();
        await RefusedAsync(other.Issue("CN=head", MadeUpAuthority.ForServers),
            "its certificate is not one of the expected authority's");
    }

    [Fact]
    public async Task Request_IsNotSent_WhenTheCertificateIsSignedByItself()
    {
        using var other = MadeUpAuthority.Create();
        await RefusedAsync(X509CertificateLoader.LoadPkcs12(other.Certificate.Export(X509ContentType.Pkcs12), null),
            "its certificate is not one of the expected authority's");
    }

    private async Task RefusedAsync(X509Certificate2 shown, string why)
    {
        var error = await Assert.ThrowsAsync<HeadUnreachableException>(() => AskAsync(shown));

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, _requests);
    }

    // The API's own answer for a sweep that there is not.
    private async Task<object?> AskAsync(X509Certificate2 shown)
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
            new HeadAccess(new Uri(app.Urls.Single() + "/"), ApiToken.Draw(),
                _authority.Certificate)
            { NamedBy = "--head" });
        return await client.SetDesiredStateAsync("sweep", DesiredState.Paused, TestContext.Current.CancellationToken);
    }
}
