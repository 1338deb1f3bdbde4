using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography.X509Certificates;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Silo.Files;
using Sbnn.Sweeps.Tests.Unit.Silo.Trust;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests the endpoint that renews node certificates.</summary>
public sealed class RenewalsTests : IDisposable
{
    private readonly TempFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Renewal_ReturnsTheNodesNextCertificate()
    {
        await using var host = await FileHost.StartAsync(_data.Path);
        using var node = host.Client();

        using var answer = await RenewAsync(node);

        var renewed = await answer.Content.ReadFromJsonAsync<RenewedCertificate>(
            SbnnJson.Options, TestContext.Current.CancellationToken);
        using var certificate = X509Certificate2.CreateFromPem(renewed!.Certificate);
        Assert.StartsWith("CN=gpu-1, ", certificate.Subject, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("the token of the home")]
    public async Task Renewal_IsForbidden_WhenTheCallerIsNotANode(string? bearer)
    {
        await using var host = await FileHost.StartAsync(_data.Path);
        using var stranger = host.Client(node: null);
        if (bearer is not null)
            stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", bearer);

        using var answer = await RenewAsync(stranger);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    private static Task<HttpResponseMessage> RenewAsync(HttpClient client) => client.PostAsJsonAsync(
        "api/v1/renewals", new RenewalRequest { Csr = CertificateAuthorityTests.Request() }, SbnnJson.Options,
        TestContext.Current.CancellationToken);
}
