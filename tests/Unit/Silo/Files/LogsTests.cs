using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Cli;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Files;

/// <summary>
/// Tests reading the logs of attempts: from their folders, from the head's archive, through the API and with the
/// command.
/// </summary>
public sealed class LogsTests : IAsyncLifetime, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly TrialKey _trial = Sample.Trial().Key;
    private SweepLedger _ledger = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private HomeFolder Home => new(_folder.Path);

    private AttemptId First => new(_trial, 1);

    public async ValueTask InitializeAsync()
    {
        _ledger = await SweepLedger.OpenAsync(Home.Ledger, TimeProvider.System);
        await _ledger.Writer.RecordRevisionAsync(Sample.Submission("sweep", Sample.Trial()));
        await _ledger.Writer.StartAttemptAsync(First, new("gpu"), 0);
    }

    public ValueTask DisposeAsync() => _ledger.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ArchivedLog_ReturnsTheEndOfTheLog_WithItsOffset()
    {
        var kept = new ArchivedLogs(Home.Logs, Home.Trials);
        await kept.KeepAsync(First, static file =>
            Task.FromResult<LogPart?>(file == LogFile.Stderr ? new LogPart(1000, "the end"u8.ToArray()) : null));

        Assert.Equal((1000, "the end"), Text(await kept.ReadAsync(First, LogFile.Stderr, 0, 100)));
        Assert.Equal((1004, "end"), Text(await kept.ReadAsync(First, LogFile.Stderr, 1004, 100)));
        Assert.Equal((1004, "end"), Text(await kept.ReadAsync(First, LogFile.Stderr, -3, 100)));
        Assert.Null(await kept.ReadAsync(First, LogFile.Stdout, 0, 100));
        Assert.Null(await kept.ReadAsync(First with { Attempt = 2 }, LogFile.Stderr, 0, 100));
    }

    [Fact]
    public async Task KeepAsync_KeepsTheNewestLogs_OfAttemptsOnOtherMachines()
    {
        var kept = new ArchivedLogs(Home.Logs, Home.Trials, maxBytes: 1000);
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            await kept.KeepAsync(First with { Attempt = attempt }, static file =>
                Task.FromResult<LogPart?>(new LogPart(0, new byte[100])));
        }

        Directory.CreateDirectory(AttemptFolder.Of(Home.Trials, First.Trial, 30).Path);
        await kept.KeepAsync(First with { Attempt = 30 }, static _ =>
            throw new InvalidOperationException("a log in this home must not be archived"));

        Assert.InRange(new DirectoryInfo(Home.Logs).EnumerateFiles().Sum(static file => file.Length), 500, 1000);
        Assert.NotNull(await kept.ReadAsync(First with { Attempt = 20 }, LogFile.Stderr, 0, 100));
        Assert.Null(await kept.ReadAsync(First, LogFile.Stderr, 0, 100));
    }

    [Fact]
    public async Task Api_FollowsALog_UntilTheAttemptEnds()
    {
        var folder = AttemptFolder.Of(Home.Trials, First.Trial, 1);
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(folder.Stdout, "one\n", Cancellation);
        await using var host = await StartAsync();
        using var client = host.Client();

        using var answer = await client.GetAsync(
            $"api/v1/trials/{_trial.Hex[..8]}/logs?follow=true", HttpCompletionOption.ResponseHeadersRead,
            Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("one", await lines.ReadLineAsync(Cancellation));
        await File.AppendAllTextAsync(folder.Stdout, "two\n", Cancellation);
        Assert.Equal("two", await lines.ReadLineAsync(Cancellation));
        await File.AppendAllTextAsync(folder.Stdout, "three\n", Cancellation);
        await _ledger.Writer.EndAttemptAsync(First, Sample.Conclusion());

        Assert.Equal("three\n", await lines.ReadToEndAsync(Cancellation));
        Assert.Equal("text/plain; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("{0}/logs?file=..%2F..%2Ftoken", HttpStatusCode.BadRequest)]
    [InlineData("{0}/logs?attempt=-1", HttpStatusCode.BadRequest)]
    [InlineData("{0}/logs?follow=maybe", HttpStatusCode.BadRequest)]
    [InlineData("{0}/logs?attempt=2", HttpStatusCode.NotFound)]
    [InlineData("..%2F..%2Fetc/logs", HttpStatusCode.BadRequest)]
    [InlineData("ab/logs", HttpStatusCode.BadRequest)]
    [InlineData("00000000/logs", HttpStatusCode.NotFound)]
    [InlineData("{0}/logs", HttpStatusCode.NotFound)] // The trial exists, but the head has no log of it.
    public async Task Api_ReturnsAProblem_WhenTheLogDoesNotExist(string path, HttpStatusCode status)
    {
        await using var host = await StartAsync();
        using var client = host.Client();

        using var answer = await client.GetAsync(
            $"api/v1/trials/{string.Format(System.Globalization.CultureInfo.InvariantCulture, path, _trial.Hex)}",
            Cancellation);

        Assert.Equal(
            (status, "application/problem+json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Command_PrintsTheLogFiles_WhenNoHeadRuns()
    {
        var folder = AttemptFolder.Of(Home.Trials, First.Trial, 1);
        Directory.CreateDirectory(folder.Path);
        await File.WriteAllTextAsync(folder.Stderr, "last words\n", Cancellation);
        using var console = new CapturedConsole();

        Assert.Equal(0, await SbnnCommand.RunAsync(
            console.Console, ["logs", "-f", _trial.Short, "--file", "stderr", "--home", _folder.Path]));
        Assert.Equal("last words\n", Encoding.UTF8.GetString(console.Bytes.ToArray()));

        Assert.Equal(2, await SbnnCommand.RunAsync(console.Console, ["logs", "../etc", "--home", _folder.Path]));
        Assert.Equal(2, await SbnnCommand.RunAsync(console.Console, ["logs", "00000000", "--home", _folder.Path]));
        Assert.Equal(2, await SbnnCommand.RunAsync(
            console.Console, ["logs", _trial.Short, "--attempt", "2", "--home", _folder.Path]));
    }

    private Task<FileHost> StartAsync() =>
        FileHost.StartAsync(
            _folder.Path, _ledger.Reader, services => services.AddSingleton<IAttemptLogs>(new FolderLogs(Home.Trials)));

    private static (long, string) Text(LogPart? part) => (part!.Offset, Encoding.UTF8.GetString(part.Bytes));
}
