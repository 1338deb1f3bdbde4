using System.Net;
using System.Text;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Ledger.Store;

namespace Sbnn.Sweeps.Tests.Unit.Api.Client;

/// <summary>Tests which exception or result the client derives from each answer of a head.</summary>
public sealed class SweepsClientTests
{
    private const string Problem = "application/problem+json";

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable, true)]
    [InlineData(HttpStatusCode.InternalServerError, false)]
    public async Task SetDesiredState_ThrowsLedgerUnavailable_WhenTheHeadCannotWriteItsLedger(
        HttpStatusCode status, bool isTransient)
    {
        var error = await Assert.ThrowsAsync<LedgerUnavailableException>(
            () => PauseAsync(
                status, Problem, $$"""{"type": "{{ProblemType.Ledger}}", "detail": "ledger.db: the disk is full"}"""));

        Assert.Equal(("ledger.db: the disk is full", isTransient), (error.Message, error.IsTransient));
    }

    [Theory]
    [InlineData("text/plain", "ending")]
    [InlineData(Problem, """{"detail": "ending"}""")]
    public async Task SetDesiredState_ThrowsHeadUnreachable_WhenTheHeadHasAnotherError(string type, string body)
    {
        var error = await Assert.ThrowsAsync<HeadUnreachableException>(() =>
            PauseAsync(HttpStatusCode.InternalServerError, type, body));

        Assert.Equal("the answer has status 500: ending", error.Message);
    }

    [Fact]
    public async Task SetDesiredState_ThrowsBadInput_WhenTheHeadRejectsTheRequest()
    {
        var error = await Assert.ThrowsAsync<BadInputException>(
            () => PauseAsync(HttpStatusCode.BadRequest, Problem, """{"detail": "no such state"}"""));

        Assert.Equal("the sbnn at http://head/ rejected the request: no such state", error.Message);
    }

    [Fact]
    public async Task SetDesiredState_NamesTheSourceOfTheToken_WhenTheHeadRejectsIt()
    {
        var error = await Assert.ThrowsAsync<BadInputException>(
            () => PauseAsync(
                HttpStatusCode.Unauthorized, Problem, """{"detail": "the token is not valid for this home"}"""));

        Assert.Equal("home/token: the token is not valid for the sbnn at http://head/", error.Message);
    }

    [Fact]
    public async Task SetDesiredState_ReturnsNull_WhenThereIsNoSuchSweep() =>
        Assert.Null(await PauseAsync(HttpStatusCode.NotFound, Problem, "{}"));

    private static async Task<ChangedDesiredState?> PauseAsync(HttpStatusCode status, string type, string body)
    {
        var head = new HeadAccess(new Uri("http://head/"), Token: null) { TokenSource = "home/token" };
        using var client = new SweepsClient(
            head, new HttpClient(new Answer(status, type, body)) { BaseAddress = head.Address });
        return await client.SetDesiredStateAsync("sweep", DesiredState.Paused, TestContext.Current.CancellationToken);
    }

    private sealed class Answer(HttpStatusCode status, string type, string body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, type) });
    }
}
