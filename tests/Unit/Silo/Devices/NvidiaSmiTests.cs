using System.Runtime.Versioning;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Devices;

/// <summary>Tests the calls of nvidia-smi, with scripts in place of the program.</summary>
[SupportedOSPlatform("linux")]
public sealed class NvidiaSmiTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ReadAsync_ReturnsTheGpus_WhenTheProgramAnswers()
    {
        var read = await ReadAsync(
            """
            case "$1" in --query-gpu=index,uuid,*) ;; *) exit 9 ;; esac
            [ "$2" = --format=csv,noheader,nounits ] || exit 9
            echo "0, GPU-a, X, 100, 1, 2, 8.0, 550, [N/A], Default, x"
            """);

        Assert.Null(read.Problem);
        Assert.Equal("GPU-a", Assert.Single(read.Gpus).Device.Uuid);
    }

    [Fact]
    public async Task ReadAsync_ListsMigDevices_WhenAGpuIsInMigMode()
    {
        var read = await ReadAsync(
            """
            if [ "$1" = -L ]; then
                echo "GPU 0: X (UUID: GPU-a)"
                echo "  MIG 1g.5gb     Device  0: (UUID: MIG-a)"
            else echo "0, GPU-a, X, 100, 1, [N/A], 8.0, 550, Enabled, Default, x"; fi
            """);

        Assert.Equal("MIG-a", Assert.Single(read.Gpus).Device.Uuid);
    }

    [Fact]
    public async Task ReadAsync_ReportsTheProgramsMessage_WhenItFails()
    {
        var read = await ReadAsync("echo 'NVIDIA-SMI has failed: no driver'; exit 9");

        Assert.Empty(read.Gpus);
        Assert.EndsWith("smi: exit code 9: NVIDIA-SMI has failed: no driver", read.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_QuotesALine_WhenItCannotBeRead() =>
        Assert.EndsWith("smi: the output cannot be parsed: 'hello'", (await ReadAsync("echo hello")).Problem,
            StringComparison.Ordinal);

    [Fact]
    public async Task ReadAsync_GivesUp_WhenTheProgramHangs()
    {
        var read = await ReadAsync("sleep 600", TimeSpan.FromMilliseconds(200));

        Assert.Empty(read.Gpus);
        Assert.EndsWith("smi: no answer within 1 s", read.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_ReportsTheProgram_WhenItIsMissing()
    {
        var missing = _folder.In("none");
        var read = await new NvidiaSmi(missing, TimeSpan.FromSeconds(30), TimeProvider.System)
            .ReadAsync(TestContext.Current.CancellationToken);

        Assert.True(read.IsNotInstalled);
        Assert.Equal($"{missing}: not installed", read.Problem);
    }

    private async Task<GpuInventory> ReadAsync(string script, TimeSpan? timeout = null)
    {
        var program = Scripts.Write(_folder.In("smi"), script);
        return await new NvidiaSmi(program, timeout ?? TimeSpan.FromSeconds(30), TimeProvider.System)
            .ReadAsync(TestContext.Current.CancellationToken);
    }
}
