using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Api.Endpoints;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Tests commands with <c>--head</c>, which do not open a home.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HeadOptionTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Commands_ExitWith3AndPrintTheAddress_WhenTheHeadIsNotRunning()
    {
        var file = Write(new Uri("http://127.0.0.1:1/"));

        Assert.Equal(3, await RunAsync("status", "--head", file));

        Assert.Equal(
            "--head: the head at http://127.0.0.1:1/ is not available: Connection refused (127.0.0.1:1); "
                + $"{SbnnCommand.RetryAdvice}\n",
            _captured.Error);
    }

    [Fact]
    public async Task Commands_ExitWith2_WhenBothAHomeAndAHeadAreNamed()
    {
        Assert.Equal(2, await RunAsync(
            "pause", "x", "--head", Write(new Uri("http://127.0.0.1:1/")), "--home", _folder.In("home")));

        Assert.Equal("--head: not allowed together with --home; use only the one that has the sweeps\n",
            _captured.Error);
    }

    [Fact]
    public async Task Commands_PrintTheHeadsSweeps_AndSuggestCommandsWithThatHead()
    {
        using var folder = new LedgerFolder();
        await using var ledger = await folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial(1), Sample.Trial(2)));
        await ledger.Writer.SetDesiredStateAsync("first", Sbnn.Sweeps.Core.Specs.DesiredState.Paused);
        await using var api = await ApiHost.StartAsync(ledger.Reader);
        var file = Write(api.Address);

        Assert.Equal(0, await RunAsync("show", "first", "--head", file));
        Assert.Contains(
            $"first is paused; `sbnn resume first --head {file}` resumes it", _captured.Output,
            StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync("show", "frist", "--head", file));
        Assert.Contains(
            "no sweep is named frist (allowed: first); did you mean first?", _captured.Error, StringComparison.Ordinal);
        using var json = new CapturedConsole();
        Assert.Equal(0, await SbnnCommand.RunAsync(json.Console, ["status", "--json", "--head", file]));
        var status = JsonSerializer.Deserialize<JsonElement>(json.Output);
        Assert.Equal(["head", "sweeps"], status.EnumerateObject().Select(static member => member.Name));
        Assert.Equal($"{status.GetProperty("head").GetProperty("address").GetString()}/", api.Address.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Show_ListsAsManyTrialsAsAsked_AndCountsTheOthers(bool overHead)
    {
        using var folder = new LedgerFolder();
        await using var ledger = await folder.OpenAsync();
        var trials = Enumerable.Range(1, 60).Select(static seed => Sample.Trial(seed)).ToArray();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("large", trials));
        await ledger.Writer.StartAttemptAsync(new(trials[55].Key, 1), new("n"), 0);
        await ledger.Writer.EndAttemptAsync(new(trials[55].Key, 1), Sample.Conclusion(next: TrialState.Failed));
        await using var api = await ApiHost.StartAsync(ledger.Reader);
        string[] place = overHead
            ? ["--head", Write(api.Address)]
            : ["--home", Path.GetDirectoryName(folder.Ledger)!];

        Assert.Equal(trials[..50].Select(static trial => trial.Key.Short), await ShowAsync());
        Assert.Contains("\n… and 10 more trials; `--limit all` lists all", _captured.Output, StringComparison.Ordinal);
        Assert.Equal(trials[..2].Select(static trial => trial.Key.Short), await ShowAsync("--limit", "2"));
        Assert.Equal(60, (await ShowAsync("--limit", "all")).Count);
        Assert.Equal([trials[55].Key.Short], await ShowAsync("--state", "failed"));
        Assert.Equal(trials[55].Key.Short, (await ShowAsync("--order", "activity"))[0]);
        Assert.Equal(60, (await JsonAsync()).GetArrayLength());
        Assert.Equal(55, (await JsonAsync("--state", "failed"))[0].GetProperty("position").GetInt32());
        Assert.Equal(2, await RunAsync(["show", "large", "--limit", "0", .. place]));
        Assert.Contains("--limit: 0 is not allowed (allowed: a whole number from 1, or all)", _captured.Error,
            StringComparison.Ordinal);

        async Task<IReadOnlyList<string>> ShowAsync(params string[] more)
        {
            var before = _captured.Output.Length;
            Assert.Equal(0, await RunAsync(["show", "large", .. place, .. more]));
            return
            [
                .. _captured.Output[before..].Split('\n')
                    .Select(static line => line.Split(' ')[0]).Where(static word => word.Length == 12),
            ];
        }

        async Task<JsonElement> JsonAsync(params string[] more)
        {
            using var json = new CapturedConsole();
            Assert.Equal(0, await SbnnCommand.RunAsync(json.Console, ["show", "large", "--json", .. place, .. more]));
            return JsonSerializer.Deserialize<JsonElement>(json.Output).GetProperty("trials");
        }
    }

    private string Write(Uri address)
    {
        var file = _folder.In("head");
        File.WriteAllText(file, HeadAccessFile.Format(new HeadAccess(address, ApiToken.CreateRandom())));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private Task<int> RunAsync(params string[] args) => SbnnCommand.RunAsync(_captured.Console, args);
}
