using System.Runtime.Versioning;
using System.Text;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Cli.Commands;

[SupportedOSPlatform("linux")]
public sealed class SlurmCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly CapturedConsole _captured = new();

    public void Dispose()
    {
        _captured.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Slurm_PrintsTheScript()
    {
        Assert.Equal(0, await RunAsync("--jobs", "3", "--margin", "5m", "--", "--time=4:00:00"));

        var text = Encoding.UTF8.GetString(_captured.Bytes.ToArray());
        Assert.StartsWith("#!/bin/bash\n", text, StringComparison.Ordinal);
        foreach (var option in (string[])["--array=1-3", "--signal=B:USR1@300", "--time=4:00:00"])
            Assert.Contains($"\n#SBATCH {option}\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sbatch: 'gpu' is not an option ", "--partition", "gpu")]
    [InlineData("sbatch: '--comment=a b' has a space, ", "--comment=a b")]
    [InlineData("sbatch: '--time=1\\u000atouch' has a space, ", "--time=1\ntouch")]
    [InlineData("sbatch: --signal is not allowed, ", "--signal=TERM@9")]
    [InlineData("sbatch: --array is not allowed, ", "-a1-2")]
    public async Task Slurm_ExitsWith2AndPrintsTheReason_WhenAnOptionOfSbatchIsNotAllowed(
        string reason, params string[] options)
    {
        Assert.Equal(2, await RunAsync(["--", .. options]));

        Assert.StartsWith(reason, _captured.Error, StringComparison.Ordinal);
        Assert.Equal(0, _captured.Bytes.Length);
    }

    [Fact]
    public async Task Slurm_ExitsWith2_WhenTheJoinFileIsMissing()
    {
        Assert.Equal(2, await RunAsync("--submit"));

        Assert.Equal($"{_folder.In("join")}: cannot be read: no such file\n", _captured.Error);
    }

    private Task<int> RunAsync(params string[] options) => SbnnCommand.RunAsync(
        _captured.Console, ["slurm", "--join-file", _folder.In("join"), .. options]);
}
