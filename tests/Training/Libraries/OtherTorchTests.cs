using System.Diagnostics;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Trainer.Libraries;

namespace Sbnn.Sweeps.Tests.Training.Libraries;

/// <summary>
/// Runs trainer processes with a copy of the packaged libtorch in another folder.
/// </summary>
public sealed class OtherTorchTests(PreparedSynthetic data) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Trainer_WritesTheSameBytes_WithACopyOfLibtorchInAnotherFolder()
    {
        var torch = Directory.CreateDirectory(_folder.In("torch", "lib")).FullName;
        var packaged = Path.GetDirectoryName(PackagedLibraries.Find("libtorch_cpu.so"))!;
        foreach (var library in Directory.EnumerateFiles(packaged, "lib*").Where(IsOfTorch))
            File.Copy(library, Path.Combine(torch, Path.GetFileName(library)));
        var (own, other) = (_folder.In("own"), _folder.In("other"));
        foreach (var folder in (string[])[own, other]) Trials.Assign(folder, data.DataRoot, Trials.Tiny(data));

        Assert.Equal((0, ""), await RunAsync(own, torch: null));
        var (exit, loaded) = await RunAsync(other, Path.GetDirectoryName(torch), debug: "files");

        Assert.Equal(0, exit);
        Assert.Equal(Trials.ResultText(own), Trials.ResultText(other));
        Assert.Equal(ClassOf(own), ClassOf(other));
        Assert.Contains($"file={torch}/libtorch_cpu.so", loaded, StringComparison.Ordinal);
        Assert.DoesNotContain($"file={packaged}/libtorch_cpu.so", loaded, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("a trial")]
    public async Task Trainer_EndsAsBadInput_WhenTheLibraryLacksSymbols(string argument)
    {
        File.Copy(PackagedLibraries.Find("libc10.so")!, _folder.In("libtorch_cpu.so"));

        var (exit, error) = await RunAsync(argument, _folder.Path);

        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.StartsWith($"sbnn-trainer: --torch or SBNN_TORCH: the libtorch in {_folder.Path} does not fit: ", error,
            StringComparison.Ordinal);
        Assert.Contains("name the folder of PyTorch 2.10", error, StringComparison.Ordinal);
    }

    private static bool IsOfTorch(string library) => Path.GetFileName(library) is var name
        && (name is "libc10.so" or "libtorch.so" or "libtorch_cpu.so"
            || name.StartsWith("libgomp", StringComparison.Ordinal));

    private static string ClassOf(string folder) => Trials.Events(folder).OfType<TrialStarted>().Single().DeviceClass;

    private static async Task<(int Exit, string Error)> RunAsync(string argument, string? torch, string? debug = null)
    {
        using var trainer =
            Process.Start(new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "sbnn-trainer"), [argument])
            {
                Environment = { ["SBNN_TORCH"] = torch, ["LD_DEBUG"] = debug },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        var (output, error) =
            (trainer.StandardOutput.ReadToEndAsync(Cancellation), trainer.StandardError.ReadToEndAsync(Cancellation));
        await trainer.WaitForExitAsync(Cancellation);
        await output;
        return (trainer.ExitCode, await error);
    }
}
