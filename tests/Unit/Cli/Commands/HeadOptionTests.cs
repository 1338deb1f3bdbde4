using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Commands;
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

    private string Write(Uri address)
    {
        var file = _folder.In("head");
        File.WriteAllText(file, HeadAccessFile.Format(new HeadAccess(address, ApiToken.CreateRandom())));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private Task<int> RunAsync(params string[] args) => SbnnCommand.RunAsync(_captured.Console, args);
}
