using System.Net;
using System.Text;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Store;
using Sbnn.Sweeps.Ledger.Sweeps;

namespace Sbnn.Sweeps.Tests.Unit.Api;

/// <summary>What a verb takes the head's answers for.</summary>
public sealed class HeadApiTests
{
    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    public async Task A_head_that_cannot_write_its_ledger_is_believed(HttpStatusCode status, bool isPassing)
    {
        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(() => PauseAsync(status, "application/problem+json", """{"detail": "ledger.db: the disk is full"}"""));
        Assert.Equal(("ledger.db: the disk is full", isPassing), (error.Message, error.IsPassing));
    }

    [Fact]
    public async Task A_head_that_fails_otherwise_is_asked_again()
    {
        var error = await Assert.ThrowsAsync<HeadUnreachableException>(() => PauseAsync(HttpStatusCode.InternalServerError, "text/plain", "ending"));
        Assert.Equal("it answers 500: ending", error.Message);
    }

    [Fact]
    public async Task What_it_refuses_is_bad_input_and_an_unknown_name_is_none()
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => PauseAsync(HttpStatusCode.BadRequest, "application/problem+json", """{"detail": "no such wish"}"""));
        Assert.Equal("the sbnn at http://head/ refuses this: no such wish", error.Message);
        Assert.Null(await PauseAsync(HttpStatusCode.NotFound, "application/problem+json", "{}"));
    }

    private static async Task<DesiredStateChange?> PauseAsync(HttpStatusCode status, string type, string body)
    {
        using var api = new HeadApi(new HttpClient(new Answer(status, type, body)) { BaseAddress = new Uri("http://head/") });
        return await api.SetDesiredStateAsync("sweep", DesiredState.Paused, TestContext.Current.CancellationToken);
    }

    private sealed class Answer(HttpStatusCode status, string type, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });
    }
}
