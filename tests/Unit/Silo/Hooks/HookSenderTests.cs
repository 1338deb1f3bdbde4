using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Core.Hooks;
using Sbnn.Sweeps.Silo.Hooks;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Hooks;

/// <summary>Tests calls of real servers and real programs.</summary>
[SupportedOSPlatform("linux")]
public sealed class HookSenderTests : IDisposable
{
    private const string Secret = "x-secret";
    private static readonly byte[] Json = "{\"a\":\"ä\"}"u8.ToArray();

    private readonly TempFolder _folder = new();
    private readonly WatchedTime _time = new();
    private readonly HookSender _sender;

    public HookSenderTests() => _sender = new HookSender(_time);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _sender.Dispose();
        _folder.Dispose();
    }

    // The value is from RFC 4231, test case 2.
    [Fact]
    public void Sign_ReturnsTheKnownHmac() =>
        Assert.Equal("sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            HookSender.Sign("Jefe", "what do ya want for nothing?"u8.ToArray()));

    [Fact]
    public async Task Send_PostsTheSignedJson()
    {
        await using var server = await HookServer.StartAsync(HttpStatusCode.NoContent);

        Assert.Equal(HookOutcome.Delivered, await PostAsync(server.Url));

        var got = Assert.Single(server.Requests);
        Assert.Equal(("POST", "/x-token", "application/json; charset=utf-8", HookSender.Sign(Secret, Json)),
            (got.Method, got.Path, got.Type, got.Signature));
        Assert.Equal(Json, got.Body);
    }

    [Fact]
    public async Task Send_SendsNoSignature_WithoutASecret()
    {
        await using var server = await HookServer.StartAsync(HttpStatusCode.OK);

        await _sender.SendAsync(new Hook { Name = "a", Url = server.Url }, Json, Cancellation);

        Assert.Null(Assert.Single(server.Requests).Signature);
    }

    [Fact]
    public async Task Send_FollowsNoRedirect()
    {
        await using var other = await HookServer.StartAsync(HttpStatusCode.OK);
        await using var server = await HookServer.StartAsync(
            response => (response.StatusCode, response.Headers.Location) = (308, other.Url.ToString()));

        Assert.Equal(HookOutcome.Failed("status 308: redirects are not followed"), await PostAsync(server.Url));

        Assert.Empty(other.Requests);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    public async Task Send_TriesThreeTimes_WhenTheServerMayAcceptALaterRequest(HttpStatusCode status)
    {
        await using var server = await HookServer.StartAsync(status);

        var sending = PostAsync(server.Url);
        await AdvanceAsync(1);
        await AdvanceAsync(2);

        Assert.Equal(HookOutcome.Failed(string.Create(CultureInfo.InvariantCulture, $"status {(int)status}")),
            await sending);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Send_Delivers_WhenTheSecondTrySucceeds()
    {
        var answers = new Queue<int>([503, 200]);
        await using var server = await HookServer.StartAsync(response => response.StatusCode = answers.Dequeue());

        var sending = PostAsync(server.Url);
        await AdvanceAsync(1);

        Assert.Equal(HookOutcome.Delivered, await sending);
    }

    [Fact]
    public async Task Send_DoesNotRetry_WhenTheServerRejectsTheRequest()
    {
        await using var server = await HookServer.StartAsync(HttpStatusCode.NotFound);

        Assert.Equal(HookOutcome.Failed("status 404"), await PostAsync(server.Url));

        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Send_WaitsTenSecondsForEachAnswer()
    {
        await using var server = await HookServer.StartAsync(answer: null);

        var sending = PostAsync(server.Url);
        foreach (var pause in (int[])[1, 2, 0])
        {
            var tries = server.Requests.Count;
            await Eventually.UntilAsync(() => server.Requests.Count > tries || sending.IsCompleted, "the request");
            await AdvanceAsync(10);
            if (pause > 0) await AdvanceAsync(pause);
        }

        Assert.Equal(HookOutcome.Failed("no answer within 10 s"), await sending);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Send_NamesNoAddress_WhenNoServerListens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var sending = PostAsync(new Uri($"http://127.0.0.1:{port}/x-token"));
        await AdvanceAsync(1);
        await AdvanceAsync(2);

        Assert.Equal(HookOutcome.Failed("the connection was refused or was lost"), await sending);
    }

    [Fact]
    public async Task Send_GivesTheJsonToAProgram_WithItsArguments()
    {
        var program = Scripts.Write(_folder.In("hook"), "cat >\"$1\"; printf %s \"$2\" >\"$1.argument\"");

        Assert.Equal(HookOutcome.Delivered, await RunAsync(Json, program, _folder.In("got"), "$(id) 'x'"));

        Assert.Equal(Json, await File.ReadAllBytesAsync(_folder.In("got"), Cancellation));
        Assert.Equal("$(id) 'x'", await File.ReadAllTextAsync(_folder.In("got.argument"), Cancellation));
    }

    [Fact]
    public async Task Send_ReportsTheExitCode_AndNoOutput()
    {
        var program = Scripts.Write(_folder.In("hook"), "echo x-token; echo x-token >&2; exit 7");

        Assert.Equal(HookOutcome.Failed("exit code 7"), await RunAsync(Json, program));
    }

    [Fact]
    public async Task Send_ReportsAProgramThatCannotStart()
    {
        var text = _folder.In("text");
        await File.WriteAllTextAsync(text, "no program", Cancellation);

        var expected = HookOutcome.Failed("the program cannot be started");
        Assert.Equal(expected, await RunAsync(Json, _folder.In("missing")));
        Assert.Equal(expected, await RunAsync(Json, text));
    }

    [Theory]
    [InlineData("exit 0")] // It ignores its input.
    [InlineData("exec <&-; exit 0")] // It closes its input.
    [InlineData("cat >/dev/null; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2")] // Its output is large.
    [InlineData("sleep 30 & exit 0")] // A child process keeps the pipes.
    public async Task Send_Delivers_WhenTheProgramSucceeds(string script) =>
        Assert.Equal(HookOutcome.Delivered, await RunAsync(
            new byte[1_000_000], Scripts.Write(_folder.In("hook"), script)).WaitAsync(
                TimeSpan.FromSeconds(20), Cancellation));

    [Fact]
    public async Task Send_KillsAProgram_ThatRunsLongerThanAMinute()
    {
        var running = RunAsync(new byte[1_000_000], SleepingProgram());
        var pid = await PidAsync();

        await AdvanceAsync(60);

        Assert.Equal(HookOutcome.Failed("not ended within 1 min 0 s"), await running);
        await UntilGoneAsync(pid);
    }

    [Fact]
    public async Task Send_KillsTheProgram_WhenCancelled()
    {
        using var stop = new CancellationTokenSource();
        var running = _sender.SendAsync(
            new Hook { Name = "a", Program = [SleepingProgram()] }, new byte[1_000_000], stop.Token);
        var pid = await PidAsync();

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await UntilGoneAsync(pid);
    }

    private string SleepingProgram() =>
        Scripts.Write(_folder.In("hook"), $"echo $$ >{_folder.In("new")}; mv {_folder.In("new")} {_folder.In("pid")}\n"
            + "while :; do sleep 1000; done");

    private async Task<string> PidAsync()
    {
        await Eventually.UntilAsync(() => File.Exists(_folder.In("pid")), "the program to start");
        return (await File.ReadAllTextAsync(_folder.In("pid"), Cancellation)).Trim();
    }

    private static Task UntilGoneAsync(string pid) =>
        Eventually.UntilAsync(() => !Directory.Exists($"/proc/{pid}"), "the program's end");

    private Task<HookOutcome> PostAsync(Uri url) =>
        _sender.SendAsync(new Hook { Name = "a", Url = url, Secret = Secret }, Json, Cancellation)
            .WaitAsync(TimeSpan.FromSeconds(30), Cancellation);

    private Task<HookOutcome> RunAsync(byte[] json, params string[] program) =>
        _sender.SendAsync(new Hook { Name = "a", Program = program }, json, Cancellation);

    private async Task AdvanceAsync(int seconds)
    {
        var due = TimeSpan.FromSeconds(seconds);
        await Eventually.UntilAsync(() => _time.HasTimer(due), $"a wait of {seconds} s");
        _time.Advance(due);
    }
}
