using System.Diagnostics;
using System.Runtime.Versioning;
using Sbnn.Sweeps.Cli.Slurm;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Slurm;

/// <summary>
/// Tests the script's text, and runs it with fake programs. With SBNN_UPDATE_GOLDEN=1 a test writes the golden file.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SlurmScriptTests : IDisposable
{
    // Tells the test that the node handles signals now, and never ends by itself.
    private const string Stay = "stay() { touch \"$READY\"; while :; do sleep 0.1; done; }";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Text_EqualsTheGoldenFile()
    {
        var golden = Repository.PathOf("tests", "Unit", "Cli", "Slurm", "array.sbatch");
        var text = Script("/opt/sbnn/sbnn", "/home/ada/sbnn join") with
        {
            Jobs = 16,
            Sbatch = ["--gpus-per-task=1", "--time=4:00:00", "--partition=gpu"],
        };

        if (Environment.GetEnvironmentVariable("SBNN_UPDATE_GOLDEN") == "1") File.WriteAllText(golden, text.Text);
        Assert.Equal(File.ReadAllText(golden), text.Text);
    }

    [Theory]
    [InlineData("--gpus-per-task=1", "--time=5")]
    [InlineData("--gpus=1", "--gpus=1")]
    [InlineData("--gres=gpu:1", "--gres=gpu:1")]
    [InlineData("-Ga100:1", "-Ga100:1")]
    public void Text_RequestsAGpuOnce(string expected, string option)
    {
        var lines = (Script() with { Sbatch = [option] }).Text.Split('\n');

        Assert.Equal($"#SBATCH {expected}", Assert.Single(lines, static line =>
            line.StartsWith("#SBATCH", StringComparison.Ordinal)
            && line.Contains('g', StringComparison.OrdinalIgnoreCase) && line.Contains('1', StringComparison.Ordinal)
            && (line.Contains(" --g", StringComparison.Ordinal) || line.Contains(" -G", StringComparison.Ordinal))));
    }

    [Fact]
    public void Text_RequestsNoGpu_OnTheCpu()
    {
        var text = (Script() with { UsesCpu = true, Threads = 3, Data = "/d e" }).Text;

        Assert.DoesNotContain("--gpus-per-task", text, StringComparison.Ordinal);
        Assert.Contains("#SBATCH --cpus-per-task=3\n", text, StringComparison.Ordinal);
        Assert.Contains(" --gpus none --slots 1 --threads 3 --data '/d e' ", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 0", "", 0, false)] // idle
    [InlineData("exit 2", "", 2, false)] // a mistake
    [InlineData("trap 'exit 0' USR1; stay", "USR1", 0, true)] // near the time limit
    [InlineData("trap 'exit 130' USR1; stay", "USR1", 130, false)] // never connected
    [InlineData("stay", "USR1", 138, false)] // killed by the signal
    [InlineData("trap 'exit 0' TERM; stay", "TERM", 0, false)] // cancelled
    [InlineData("trap '' USR1; trap 'exit 0' TERM; stay", "USR1 TERM", 0, false)]
    public async Task Job_RequeuesItself_OnlyWhenItsNodeLeftBecauseOfTheTimeLimit(
        string node, string signals, int exitCode, bool requeues)
    {
        var ready = _folder.In("ready");
        var home = Directory.CreateDirectory(_folder.In("tmp")).FullName;
        Scripts.Write(_folder.In("scontrol"), $"echo \"$*\" > {_folder.In("requeued")}");
        var sbnn = Scripts.Write(_folder.In("sbnn it's"), $"echo \"$*\" > {_folder.In("arguments")}\n{Stay}\n{node}");
        var script = _folder.In("script");
        await File.WriteAllTextAsync(script, Script(sbnn, "/a b").Text, Cancellation);
        var start = new ProcessStartInfo("bash", [script])
        {
            Environment =
            {
                ["PATH"] = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}",
                ["SLURM_JOB_ID"] = "17", ["SLURM_ARRAY_JOB_ID"] = "17", ["SLURM_ARRAY_TASK_ID"] = "2",
                ["SLURM_RESTART_COUNT"] = "3",
                ["SLURM_TMPDIR"] = home, ["READY"] = ready,
            },
        };
        using var job = Process.Start(start)!;
        foreach (var signal in signals.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            await Eventually.UntilAsync(() => File.Exists(ready), "the node to run");
            using var kill = Process.Start("kill", [$"-{signal}", $"{job.Id}"]);
            await kill.WaitForExitAsync(Cancellation);
        }

        await job.WaitForExitAsync(Cancellation);

        Assert.Equal(exitCode, job.ExitCode);
        Assert.Equal(requeues, File.Exists(_folder.In("requeued")));
        if (requeues) Assert.Equal("requeue 17_2\n", await File.ReadAllTextAsync(_folder.In("requeued"), Cancellation));
        Assert.Empty(Directory.EnumerateFileSystemEntries(home));
        Assert.Matches(
            "^serve --role node --join-file /a b --name slurm-17-2-3 --temporary --home [^ ]+/sbnn-17\\.\\w{6} "
                + "--slots 0 --slots-per-gpu 1 --grace 60 --idle-exit 5m\n$",
            await File.ReadAllTextAsync(_folder.In("arguments"), Cancellation));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SlurmScript Script(string program = "sbnn", string joinFile = "/join") => new(program, joinFile)
    {
        Margin = TimeSpan.FromMinutes(3),
        IdleExit = TimeSpan.FromMinutes(5),
    };
}
