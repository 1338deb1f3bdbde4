using System.Net.Http.Json;
using System.Text.Json;
using Sbnn.Sweeps.Api.Contracts;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs.Reading;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Api.Endpoints;

/// <summary>Tests what a client learns about a spec that it has not submitted.</summary>
public sealed class SpecCheckTests : IAsyncLifetime, IDisposable
{
    private const string Spec =
        """
        name: checked
        trial: {dataset: synthetic, width: 8, epochs: 3}
        axes:
          - {sparsity: [90, 95]}
        seeds: 2
        exclude: [{sparsity: 95, domain: learned}]
        """;

    private readonly LedgerFolder _folder = new();
    private SweepLedger _ledger = null!;
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync()
    {
        _ledger = await _folder.OpenAsync();
        _api = await ApiHost.StartAsync(_ledger.Reader);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _ledger.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Check_ReportsLineAndKeyOfEachMistake()
    {
        var found = await CheckAsync("name: checked\ntrial:\n  gamma: 1.5\n  epochs: none\n");

        Assert.Null(found.Plan);
        Assert.Equal([(3, "trial.gamma"), (4, "trial.epochs")],
            found.Mistakes.Select(static mistake => (mistake.Line!.Value, mistake.Key!)));
        Assert.StartsWith("1.5 is not allowed (allowed: ", found.Mistakes[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_CountsTheCachedTrials_WhenTheLedgerHasTheirResults()
    {
        var before = (await CheckAsync(Spec)).Plan!;
        Assert.Equal((4, 2, 2, 0, 2), (before.GridSize, before.Excluded, before.Trials, before.Cached, before.New));
        Assert.Null(before.Duration);

        var trials = SpecReader.ParseSubmitted(Spec, "spec", published: null).Spec
            .Expand(static _ => new string('d', 64)).Trials.ToArray();
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("earlier", trials[0]));
        await _ledger.Writer.StartAttemptAsync(new(trials[0].Key, 1), new("n"), 0);
        await _ledger.Writer.RecordEventsAsync(
            new(trials[0].Key, 1),
            [Sample.Started(1), Sample.Trained(2, 1), Sample.Trained(3, 2), Sample.Trained(4, 3)]);
        await _ledger.Writer.CommitResultAsync(new(trials[0].Key, 1), Sample.Result(trials[0], 1, 2, 3));

        var after = (await CheckAsync(Spec)).Plan!;
        Assert.Equal((1, 1, 0), (after.Cached, after.New, after.Untimed));
        Assert.Equal(TimeSpan.FromSeconds(4.5), after.Duration);
        Assert.Null(await _ledger.Reader.FindSweepAsync("checked"));
    }

    [Theory]
    [InlineData("""{"fileName":"a"}""", 400, "spec")]
    [InlineData("""{"spec":null}""", 400, "spec")]
    [InlineData("""{"spec":"name: a","fileName":"\u0007"}""", 400, "fileName: not allowed")]
    public async Task Check_IsRejected_WhenTheBodyIsNotValid(string body, int status, string detail)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/specs/check")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };

        var answer = await _api.SendAsync(request);

        Assert.Equal(status, answer.Status);
        Assert.Contains(detail, answer.Text, StringComparison.Ordinal);
    }

    private async Task<SpecCheckResult> CheckAsync(string spec)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/specs/check")
        {
            Content = JsonContent.Create(new SpecCheckRequest { Spec = spec }, options: SbnnJson.Options),
        };
        var (status, _, text) = await _api.SendAsync(request);
        Assert.True(status == 200, text);
        return JsonSerializer.Deserialize<SpecCheckResult>(text, SbnnJson.Options)!;
    }
}
