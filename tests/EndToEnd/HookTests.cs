using System.Runtime.Versioning;
using System.Text.Json;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests that a run calls the hooks that its spec names.</summary>
[SupportedOSPlatform("linux")]
public sealed class HookTests : IDisposable
{
    private readonly Workplace _workplace = new();

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Run_GivesTheSummaryToAProgram()
    {
        var got = Path.Combine(_workplace.Folder, "got");
        var program = Scripts.Write(Path.Combine(_workplace.Folder, "hook"), "cat >>\"$1\"");
        await DefineAsync($"note: {{program: [{program}, {got}]}}");

        var run = await _workplace.RunAsync(Spec("note"));

        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
        Assert.Contains("hook note: delivered", run.Stdout, StringComparison.Ordinal);
        var summary = JsonDocument.Parse(await File.ReadAllTextAsync(got, Workplace.Cancellation)).RootElement;
        Assert.Equal(("tiny", 1),
            (summary.GetProperty("sweep").GetProperty("name").GetString(),
                summary.GetProperty("sweep").GetProperty("counts").GetProperty("finished").GetInt32()));
        var table = await File.ReadAllTextAsync(
            Path.Combine(_workplace.Out, "tiny", "table.md"), Workplace.Cancellation);
        Assert.Equal(table, summary.GetProperty("table").GetString());

        var shown = await _workplace.JsonAsync("show", "tiny");
        var hook = Assert.Single(shown.GetProperty("hooks").EnumerateArray());
        Assert.Equal(("note", "delivered"),
            (hook.GetProperty("name").GetString(), hook.GetProperty("state").GetString()));
        var text = await _workplace.CommandAsync("show", "tiny");
        Assert.Contains("\nhook note: delivered\n", text.Stdout, StringComparison.Ordinal);
        Assert.DoesNotContain(program, text.Stdout + shown, StringComparison.Ordinal);

        // The same run again has nothing to train and calls nothing.
        Assert.Equal(0, (await _workplace.RunAsync(Spec("note"))).ExitCode);
        JsonDocument.Parse(await File.ReadAllTextAsync(got, Workplace.Cancellation)); // One document, not two.
    }

    [Fact]
    public async Task Run_CallsAKilledHeadsHook_WhenNothingIsLeftToTrain()
    {
        var (got, started) = (Path.Combine(_workplace.Folder, "got"), Path.Combine(_workplace.Folder, "started"));
        var hook = Path.Combine(_workplace.Folder, "hook");
        Scripts.Write(hook, $"echo >{started}; while [ -e /proc/$PPID ]; do sleep 0.1; done");
        await DefineAsync($"note: {{program: [{hook}]}}");
        var killed = _workplace.Start(Spec("note"));
        await Eventually.UntilAsync(() => File.Exists(started), "the hook's start");
        killed.Signal(9);
        await killed.WaitAsync();

        Scripts.Write(hook, $"cat >{got}");
        var run = await _workplace.RunAsync(Spec("note"));

        Assert.True(run.ExitCode == 0, run.Stdout + run.Stderr);
        Assert.Contains("hook note: delivered", run.Stdout, StringComparison.Ordinal);
        Assert.True(File.Exists(got));
    }

    [Fact]
    public async Task Run_ExitsWith2AndRecordsNothing_WhenAHookIsUnknown()
    {
        await DefineAsync("note: {program: [/bin/true]}");

        var run = await _workplace.RunAsync(Spec("nota"));

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("run.on-finish: no hook is named nota (allowed: note)", run.Stderr, StringComparison.Ordinal);
        Assert.Empty((await _workplace.JsonAsync("status")).GetProperty("sweeps").EnumerateArray());
    }

    private async Task DefineAsync(string hooks)
    {
        Directory.CreateDirectory(_workplace.Home);
        await File.WriteAllTextAsync(Path.Combine(_workplace.Home, "hooks.yaml"), hooks, Workplace.Cancellation);
    }

    private string Spec(string hook) => _workplace.WriteSpec(
        $$"""
        name: tiny
        trial: {dataset: synthetic, train-images: 100, test-images: 20, width: 2, epochs: 1, batch-size: 50, mixup: 0}
        run: {max-attempts: 1, on-finish: [{{hook}}]}
        """);
}
