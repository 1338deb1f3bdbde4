using System.Runtime.Versioning;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Specs;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Ledger;
using Sbnn.Sweeps.Ledger.Sweeps;
using Sbnn.Sweeps.Silo;
using Sbnn.Sweeps.Silo.Home;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Ledger;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Hooks;

/// <summary>Tests in a real silo that unknown hooks are rejected before anything is recorded.</summary>
[SupportedOSPlatform("linux")]
public sealed class HookNamesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "none is defined")]
    [InlineData("b: {program: [/bin/true]}\na: {program: [/bin/true]}", "a, b")]
    public async Task Submit_RejectsAnUnknownHook_AndRecordsNothing(string hooks, string allowed)
    {
        if (hooks.Length > 0) await WriteAsync(hooks);
        await using var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);
        await using var silo = await SiloHost.StartAsync(Head(), ledger);
        var grain = silo.Grains.GetGrain<ISweepGrain>("sweep");

        var error = await Assert.ThrowsAsync<BadInputException>(() => grain.SubmitAsync(Naming("a", "c")));

        Assert.Equal(
            $"run.on-finish: no hook is named {(hooks.Length == 0 ? "a" : "c")} (allowed: {allowed}); the head's home "
                + "defines them in hooks.yaml",
            error.Message);
        Assert.Empty(await ledger.Reader.ReadSweepsAsync());
        if (hooks.Length > 0) Assert.Equal(1, (await grain.SubmitAsync(Naming("a", "b"))).Revision);
    }

    [Fact]
    public async Task Start_Fails_WhenTheFileHasMistakes()
    {
        await WriteAsync("a: {url: 'http://x-token.org'}");
        await using var ledger = await SweepLedger.OpenAsync(_folder.In("ledger.db"), TimeProvider.System);

        var error = await Assert.ThrowsAsync<BadInputException>(() => SiloHost.StartAsync(Head(), ledger));

        Assert.StartsWith($"{_folder.In("hooks.yaml")}:1: a.url: ", error.Message, StringComparison.Ordinal);
    }

    private Task WriteAsync(string hooks) =>
        File.WriteAllTextAsync(_folder.In("hooks.yaml"), hooks, TestContext.Current.CancellationToken);

    private static SweepSubmission Naming(params string[] hooks) =>
        Sample.Submission("sweep", Sample.Trial(1)) with { Run = new RunSpec { OnFinish = hooks } };

    // Without an own node, no trial starts.
    private HeadSettings Head() =>
        new(new HomeFolder(_folder.Path), _folder.Path, "/bin/true", TimeSpan.FromMinutes(15), 0, _folder.Path,
            Verbose: false);
}
