using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

/// <summary>
/// Tests the messages for a trainer that cannot start, with broken copies of the real trainer and with scripts.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class TrainerProgramTests : IDisposable
{
    private const string Advice = "; install sbnn again, or set SBNN_TRAINER to the path of a trainer that starts";

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PrepareAsync_ReportsATrainer_WhenItIsNotExecutable()
    {
        var path = Script("exit 0");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        Assert.Equal($"{path}: the trainer cannot be started: Permission denied{Advice}",
            await WhyNotPreparedAsync(path));
    }

    [Fact]
    public async Task PrepareAsync_NamesTheFramework_WhenItsDotNetIsMissing()
    {
        var path = CopyWithoutTorch();
        var settings = Path.ChangeExtension(path, null) + ".runtimeconfig.json";
        await File.WriteAllTextAsync(settings,
            """{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"99.0.0"}}}""", Cancellation);

        var why = await WhyNotPreparedAsync(path);

        Assert.StartsWith($"{path}: the trainer cannot be started: exit code 150: You must install", why,
            StringComparison.Ordinal);
        Assert.Contains("Framework: 'Microsoft.NETCore.App', version '99.0.0'", why, StringComparison.Ordinal);
        Assert.EndsWith(Advice, why, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', why);
    }

    [Theory]
    [InlineData("exit 0", "the program exited without printing whether the images are prepared or missing")]
    [InlineData("echo hello", "the program's answer is not an event: ")]
    [InlineData("echo null", "the program's answer is null")]
    public async Task PrepareAsync_ReportsAProgram_WhenItIsNotATrainer(string script, string why)
    {
        var path = Script(script);
        Assert.StartsWith($"{path}: not the trainer of this sbnn: {why}", await WhyNotPreparedAsync(path),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task CheckAsync_NamesTheLibrary_WhenTorchIsIncomplete()
    {
        var error = await Assert.ThrowsAsync<BadInputException>(() => new TrainerProgram(CopyWithoutTorch())
            .CheckAsync(Cancellation));

        Assert.Matches("^lib(torch_cpu|LibTorchSharp): cannot be loaded: .*; install sbnn again, with "
            + "all files of its trainer$", error.Message);
    }

    [Fact]
    public async Task CheckAsync_ReportsATrainer_OfAnotherVersion()
    {
        var path = Script("exit 2");
        var error = await Assert.ThrowsAsync<BadInputException>(() =>
            new TrainerProgram(path).CheckAsync(Cancellation));
        Assert.Equal($"{path}: not the trainer of this sbnn: the program has no command `check`{Advice}",
            error.Message);
    }

    [Fact]
    public async Task CheckAsync_ReportsTheTrainersMessage_WhenLibtorchDoesNotFit()
    {
        var path = Script("echo 'sbnn-trainer: --torch or SBNN_TORCH: /x: no libtorch_cpu.so in it' >&2; exit 2");
        var error = await Assert.ThrowsAsync<BadInputException>(() =>
            new TrainerProgram(path).CheckAsync(Cancellation));
        Assert.Equal("--torch or SBNN_TORCH: /x: no libtorch_cpu.so in it", error.Message);
    }

    [Fact]
    public Task CheckAsync_Succeeds_ForTheRealTrainer() => TrainerProgram.Find().CheckAsync(Cancellation);

    [Fact]
    public async Task LaunchAsync_ReportsTheMessageAsTheReason_WhenTorchIsIncomplete()
    {
        var end = await EndOfAttemptAsync(CopyWithoutTorch());

        Assert.Equal((AttemptEnding.Crashed, TrainerExit.Crashed), (end.Ending, end.ExitCode));
        Assert.Matches("^lib(torch_cpu|LibTorchSharp): cannot be loaded: .*; install sbnn again, with all files of its "
            + "trainer$", end.Reason);
        Assert.Equal($"sbnn-trainer: {end.Reason}", StderrSummary.Of(end.StderrTail));
    }

    [Fact]
    public async Task LaunchAsync_ReportsTheSystemsMessage_WhenTheTrainerIsNotExecutable()
    {
        var path = Script("exit 0");
        File.SetUnixFileMode(path, UnixFileMode.UserRead);

        var end = await EndOfAttemptAsync(path);

        Assert.Equal(AttemptEnding.Crashed, end.Ending);
        Assert.StartsWith("the trainer could not start (exit code 126): ", end.Reason, StringComparison.Ordinal);
        Assert.EndsWith("Permission denied", end.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task LaunchAsync_ReportsAnExitCode_WhenItIsAbove128WithoutASignal()
    {
        var end = await EndOfAttemptAsync(
            Script("echo 'You must install .NET to run this application.' >&2; exit 150"));

        Assert.Equal(AttemptEnding.Crashed, end.Ending);
        Assert.Equal("the trainer could not start (exit code 150): You must install .NET to run this application.",
            end.Reason);
    }

    private async Task<string> WhyNotPreparedAsync(string path)
    {
        var request = new PrepareRequest(DatasetKind.Synthetic, null, _folder.Path);
        var error = await Assert.ThrowsAsync<BadInputException>(async () =>
        {
            await foreach (var _ in new TrainerProgram(path).PrepareAsync(request, Cancellation))
            {
            }
        });
        return error.Message;
    }

    private async Task<AttemptEnd> EndOfAttemptAsync(string trainer)
    {
        var spec = new TrialSpec { DataDigest = "none", Seed = 1 };
        var node = new NodeSettings(new("node"), "identity", 1, 1, _folder.In("trials"), _folder.Path, trainer,
            TimeSpan.FromMinutes(1));
        var host = new TrainerHost(node, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), new FakeTimeProvider());
        var exited = new TaskCompletionSource();
        await using var attempt =
            await host.LaunchAsync(new(new(TrialKey.Of(spec), 1), spec, TimeSpan.Zero, TimeSpan.Zero),
                exited.SetResult, Cancellation);
        await exited.Task.WaitAsync(Cancellation);
        AttemptEnd? end = null;
        await Eventually.UntilAsync(() => (end = attempt.FindEnd()) is not null, "the attempt's end");
        return end!;
    }

    private string Script(string script)
    {
        var path = _folder.In("scripted-trainer");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return path;
    }

    // Copies the trainer without torch's libraries, which are in a subfolder.
    private string CopyWithoutTorch()
    {
        var real = TrainerProgram.Find().Path;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(real)!))
            File.Copy(file, _folder.In(Path.GetFileName(file)));
        return _folder.In(Path.GetFileName(real));
    }
}
