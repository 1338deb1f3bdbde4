using System.Runtime.Versioning;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Devices;

[SupportedOSPlatform("linux")]
[Collection(typeof(ProcessState))]
public sealed class GpuDetectionTests : IDisposable
{
    private const string Two =
        "echo '0, GPU-a, X, 100, 1, 2, 8.0, 550, [N/A], Default, x'\n"
        + "echo '1, GPU-b, X, 100, 1, 2, 8.0, 550, [N/A], Default, y'";

    private readonly TempFolder _folder = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, false, 0)]
    [InlineData(null, true, 2)]
    [InlineData("none", true, 0)]
    [InlineData("all", false, 2)]
    [InlineData("1", false, 1)]
    public async Task FindAsync_ReturnsAllGpusWithoutAWarning_WhenTheTrainerCanUseThem(
        string? gpus, bool canUseCuda, int expected)
    {
        Assert.Equal(expected, (await FindAsync(Two, gpus, canUseCuda)).Count);
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("GPU-b", 1)]
    [InlineData("", 0)]
    public async Task FindAsync_ReturnsOnlyVisibleGpus(string visible, int expected)
    {
        using var variable = ProcessState.Set(VisibleDevices.Variable, visible);

        Assert.Equal(expected, (await FindAsync(Two, gpus: null, canUseCuda: true)).Count);
        Assert.Equal(expected == 0, _warnings.Count == 1);
    }

    [Fact]
    public async Task FindAsync_RejectsAGpu_WhenItIsNotVisible()
    {
        using var variable = ProcessState.Set(VisibleDevices.Variable, "GPU-b");

        await Assert.ThrowsAsync<BadInputException>(() => FindAsync(Two, "0"));
    }

    [Theory]
    [InlineData("echo hello", "smi: the output cannot be parsed: 'hello'")]
    [InlineData("exit 9", "smi: exit code 9")]
    [InlineData(":", "nvidia-smi lists no GPU")]
    public async Task FindAsync_WarnsOnce_WhenGpusCannotBeListed(string script, string why)
    {
        Assert.Empty(await FindAsync(script, gpus: null, canUseCuda: true));

        var warning = Assert.Single(_warnings);
        Assert.StartsWith("no GPU can be used, so trials run on the CPU: ", warning, StringComparison.Ordinal);
        Assert.EndsWith(why, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FindAsync_ReturnsNoGpuWithoutAWarning_WhenNvidiaSmiIsNotInstalled()
    {
        Assert.Empty(await FindAsync(script: null, gpus: null, canUseCuda: true));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData(null, "all", "smi: not installed")]
    [InlineData(null, "0,1", "smi: not installed")]
    [InlineData("exit 9", "0", "smi: exit code 9")]
    [InlineData(":", "GPU-a", "nvidia-smi lists no GPU")]
    public async Task FindAsync_RejectsTheSelection_WhenNoGpuCanBeUsed(string? script, string gpus, string why)
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => FindAsync(script, gpus, canUseCuda: true));

        Assert.StartsWith("--gpus: no GPU of this machine can be used: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{why} (allowed: none); ", error.Message, StringComparison.Ordinal);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task FindAsync_RejectsTheSelection_WhenTheVariableHidesEveryGpu()
    {
        using var variable = ProcessState.Set(VisibleDevices.Variable, "");

        var error = await Assert.ThrowsAsync<BadInputException>(() => FindAsync(Two, "all"));

        Assert.Contains("CUDA_VISIBLE_DEVICES is ''", error.Message, StringComparison.Ordinal);
    }

    private Task<IReadOnlyList<GpuDevice>> FindAsync(string? script, string? gpus, bool canUseCuda = false)
    {
        var program = _folder.In("smi");
        if (script is not null) Scripts.Write(program, script);
        var smi = new NvidiaSmi(program, TimeSpan.FromMinutes(1), TimeProvider.System);
        return new GpuDetection(smi, _warnings.Add).FindAsync(
            gpus is null ? null : GpuSelection.Parse(gpus), canUseCuda, TestContext.Current.CancellationToken);
    }
}
