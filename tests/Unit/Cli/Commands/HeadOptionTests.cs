using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Api.Access;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Api.Endpoints;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

/// <summary>Verbs with <c>--head</c>, which open nothing of a home.</summary>
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
    public async Task Verbs_ExitWith3AndTheAddress_WhenTheHeadIsNotThere()
    {
        var file = Write(new Uri("http://127.0.0.1:1/"));

        Assert.Equal(3, await RunAsync("status", "--head", file));

        Assert.Equal(
            "--head: http://127.0.0.1:1/ cannot be asked: Connection refused (127.0.0.1:1); "
            + "nothing that was recorded is lost, and the same command may be repeated\n",
            _captured.Error);
    }

    [Fact]
    public async Task Verbs_ExitWith2_WhenBothAHomeAndAHeadAreNamed()
    {
        Assert.Equal(2, await RunAsync(
            "pause", "x", "--head", Write(new Uri("http://127.0.0.1:1/")), "--home", _folder.In("home")));

        Assert.Equal("--head: not together with --home; name the one where the sweeps are\n", _captured.Error);
    }

    [Fact]
    public async Task Reads_PrintWhatTheHeadHas_AndNamesItInCommands()
    {
        using var folder = new LedgerFolder();
        await using var ledger = await folder.OpenAsync();
        await ledger.Writer.RecordRevisionAsync(Sample.Submission("first", Sample.Trial(1), Sample.Trial(2)));
        await ledger.Writer.SetDesiredStateAsync("first", Sbnn.Sweeps.Core.Specs.DesiredState.Paused);
        await using var api = await ApiHost.StartAsync(ledger.Reader);
        var file = Write(api.Address);

        Assert.Equal(0, await RunAsync("show", "first", "--head", file));
        Assert.Contains(
            $"first is paused; `sbnn resume first --head {file}` goes on", _captured.Output, StringComparison.Ordinal);
        Assert.Equal(2, await RunAsync("show", "frist", "--head", file));
        Assert.Contains(
            "there is no sweep named frist; did you mean first?", _captured.Error, StringComparison.Ordinal);
        using var json = new CapturedConsole();
        Assert.Equal(0, await SbnnCommand.RunAsync(json.Console, ["status", "--json", "--head", file]));
        var status = JsonSerializer.Deserialize<JsonElement>(json.Output);
        Assert.Equal(["head", "sweeps"], status.EnumerateObject().Select(static member => member.Name));
        Assert.Equal($"{status.GetProperty("head").GetProperty("address").GetString()}/", api.Address.ToString());
    }

    private string Write(Uri address)
    {
        var file = _folder.In("head");
        File.WriteAllText(file, HeadAccessFile.Format(new HeadAccess(address, ApiToken.Draw())));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private Task<int> RunAsync(params string[] args) => SbnnCommand.RunAsync(_captured.Console, args);
}
