using System.Diagnostics;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.Training.Running;

/// <summary>Tests the real trainer executable as a process, which a node would start.</summary>
public sealed class TrainerProcessTests(PreparedSynthetic data) : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_ProducesTheSameResult_WhenStoppedAndResumed()
    {
        // The trial is long enough that the signal arrives during the training on any machine.
        var spec = Trials.Tiny(data) with { TrainImages = 400, Epochs = 4, BatchSize = 8 };
        var (stopped, undisturbed) = (_folder.In("stopped"), _folder.In("undisturbed"));
        Trials.Assign(stopped, data.DataRoot, spec);
        Trials.Assign(undisturbed, data.DataRoot, spec);
        using (var trainer = Start(stopped))
        {
            var events = new AttemptFolder(stopped).Events;
            while (!trainer.HasExited
                && !(File.Exists(events) && (await File.ReadAllTextAsync(events, Cancellation))
                    .Contains("\"$type\":\"epoch\"", StringComparison.Ordinal)))
                await Task.Delay(5, Cancellation);
            using var kill = Process.Start("kill", ["-TERM", $"{trainer.Id}"]);
            await trainer.WaitForExitAsync(Cancellation);
            Assert.Equal(TrainerExit.Stopped, trainer.ExitCode);
        }

        Assert.NotEmpty(new AttemptFolder(stopped).Checkpoints());
        Assert.False(File.Exists(new AttemptFolder(stopped).Result));
        Assert.Equal(AttemptEnding.Stopped, Assert.IsType<TrialFailed>(Trials.Events(stopped)[^1]).Ending);

        Assert.Equal(TrainerExit.Completed, (await RunAsync(stopped)).Exit);
        Assert.Equal(TrainerExit.Completed, (await RunAsync(undisturbed)).Exit);
        Assert.Equal(Trials.ResultText(undisturbed), Trials.ResultText(stopped));
        Assert.IsType<TrialCompleted>(Trials.Events(stopped)[^1]);

        // A second run trains and writes nothing, but removes the incomplete file of a killed process.
        await File.WriteAllTextAsync($"{new AttemptFolder(stopped).Checkpoint(9, 0)}.{int.MaxValue}.tmp", "half",
            Cancellation);
        var before = Trials.Events(stopped).Count;
        Assert.Equal(TrainerExit.Completed, (await RunAsync(stopped)).Exit);
        Assert.Equal(before, Trials.Events(stopped).Count);
        Assert.DoesNotContain(
            Directory.EnumerateFiles(stopped), static file => file.EndsWith(".tmp", StringComparison.Ordinal));

        // A result that is not valid for this trial is rejected, but not overwritten.
        DurableFile.WriteJson(new AttemptFolder(stopped).Result, Trials.Result(stopped) with { BestEpoch = 5 });
        var (exit, _, error) = await RunAsync(stopped);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains(
            $"{new AttemptFolder(stopped).Result}: not a valid result of the trial in "
                + $"{new AttemptFolder(stopped).Assignment}: its best epoch is 5, but it has 4 epochs", error,
                StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_ExitsWith5_WhenAnotherProcessHoldsTheFolder()
    {
        Trials.Assign(_folder.Path, data.DataRoot, Trials.Tiny(data));
        using var held = FileLock.TryTake(new AttemptFolder(_folder.Path).Lock);
        Assert.Equal(TrainerExit.FolderHeld, (await RunAsync(_folder.Path)).Exit);
        Assert.False(File.Exists(new AttemptFolder(_folder.Path).Events));
    }

    [Fact]
    public async Task Train_ExitsWith5_WhenTheNodeHasClosedTheFolder()
    {
        Trials.Assign(_folder.Path, data.DataRoot, Trials.Tiny(data));
        await File.WriteAllTextAsync(new AttemptFolder(_folder.Path).Closed, "", Cancellation);
        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.FolderHeld, exit);
        Assert.Contains("this attempt is over", error, StringComparison.Ordinal);
        Assert.False(File.Exists(new AttemptFolder(_folder.Path).Events));
    }

    [Fact]
    public async Task Train_EndsAsBadInput_WhenTheImagesDiffer()
    {
        var spec = Trials.Tiny(data) with { DataDigest = new string('0', 64) };
        Trials.Assign(_folder.Path, data.DataRoot, spec);
        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains(data.Images.Digest, error, StringComparison.Ordinal);
        Assert.Equal(AttemptEnding.BadInput, Assert.IsType<TrialFailed>(Trials.Events(_folder.Path)[^1]).Ending);
    }

    [Fact]
    public async Task Train_EndsAsBadInput_WhenTheKeyDoesNotMatchTheSpec()
    {
        var assignment = Trials.Assign(_folder.Path, data.DataRoot, Trials.Tiny(data));
        DurableFile.WriteJson(
            new AttemptFolder(_folder.Path).Assignment, assignment with { Trial = new TrialKey(new string('1', 64)) });
        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains(TrialKey.Of(assignment.Spec).Hex, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gamma", "allowed: a number from 0 to 0.999")]
    [InlineData("batch-size", "batch normalisation needs two")]
    public async Task Train_NamesTheAllowedValues_WhenASettingIsOutOfRange(string parameter, string allowed)
    {
        var spec = parameter == "gamma" ? Trials.Tiny(data) with { Gamma = 1.5 }
            : Trials.Tiny(data) with { BatchSize = 13 };
        Trials.Assign(_folder.Path, data.DataRoot, spec);
        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains(parameter, error, StringComparison.Ordinal);
        Assert.Contains(allowed, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_EndsAsDiverged_WhenTheLossIsNaN()
    {
        // No setting makes this network's loss overflow, so the test changes a weight in the checkpoint, which stores
        // each tensor's name, length and values.
        var assignment = Trials.Assign(_folder.Path, data.DataRoot, Trials.Tiny(data));
        await Trials.TrainAsync(_folder.Path, assignment, stopAfter: 1);
        var checkpoint = new AttemptFolder(_folder.Path).Checkpoints()[0];
        Assert.True(CheckpointFile.TryRead(checkpoint, out var header, out var payload, out _));
        var spoilt = payload.ToArray();
        BitConverter.TryWriteBytes(spoilt.AsSpan(1 + spoilt[0] + sizeof(int)), float.NaN);
        CheckpointFile.Write(checkpoint, header, spoilt);

        var (exit, _, error) = await RunAsync(_folder.Path);
        Assert.Equal(TrainerExit.Diverged, exit);
        Assert.Contains("loss is", error, StringComparison.Ordinal);
        Assert.Equal(AttemptEnding.Diverged, Assert.IsType<TrialFailed>(Trials.Events(_folder.Path)[^1]).Ending);
        Assert.False(File.Exists(new AttemptFolder(_folder.Path).Result));
    }

    [Fact]
    public async Task Prepare_WritesOneLineOfJson()
    {
        var request = JsonSerializer.Serialize(new PrepareRequest(DatasetKind.Synthetic, null, data.DataRoot),
            SbnnJson.Options);
        var (exit, output, _) = await RunAsync("prepare", request);
        Assert.Equal(TrainerExit.Completed, exit);
        var line = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var answer = Assert.IsType<PreparedDataset>(JsonSerializer.Deserialize<PrepareEvent>(line, SbnnJson.Options));
        Assert.Equal((data.Images.Digest, 10_000, 2_000, 10),
            (answer.Digest, answer.TrainImages, answer.TestImages, answer.Classes.Count));
    }

    [Fact]
    public async Task Prepare_Exits_WhenItsCallerEnds()
    {
        // The server accepts the request but never answers.
        using var server = new ScriptedServer(static async (request, stream) =>
            _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false));
        var request = new PrepareRequest(DatasetKind.Cifar10, null, _folder.Path) { StopsAtEndOfInput = true };
        using var trainer = Start("prepare", server.Url);
        await trainer.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, SbnnJson.Options));
        await Eventually.UntilAsync(() => server.Requests.Count > 0, "the fetch to begin");

        trainer.StandardInput.Close();

        await trainer.WaitForExitAsync(Cancellation);
        Assert.Equal(TrainerExit.Stopped, trainer.ExitCode);
    }

    [Fact]
    public async Task Prepare_ReportsAnInterruptedDownload_AndTheNextRunResumesIt()
    {
        byte[] someOfIt = [.. Enumerable.Range(0, 200_000).Select(static i => (byte)i)];
        const string Length = "170052171";
        using var server = new ScriptedServer(
            async (request, stream) =>
            {
                await ScriptedServer.HeadAsync(stream, $"200 OK\r\nETag: \"v1\"\r\nContent-Length: {Length}");
                await stream.WriteAsync(someOfIt);
                // The answer stalls until the client disconnects.
                _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
            },
            ScriptedServer.Status("404 Not Found"));
        var question = JsonSerializer.Serialize(new PrepareRequest(DatasetKind.Cifar10, null, _folder.Path),
            SbnnJson.Options);
        var part = _folder.In("cifar-10-binary.tar.gz.part");

        using (var trainer = Start("prepare", server.Url))
        {
            await trainer.StandardInput.WriteAsync(question);
            trainer.StandardInput.Close();
            var first = JsonSerializer.Deserialize<PrepareEvent>(
                (await trainer.StandardOutput.ReadLineAsync(Cancellation))!, SbnnJson.Options);
            Assert.Equal(new ArchiveFetched($"{server.Url}/cifar-10-binary.tar.gz", 0, 170_052_171), first);
            while (new FileInfo(part).Length < someOfIt.Length) await Task.Delay(5, Cancellation);
            using var kill = Process.Start("kill", ["-INT", $"{trainer.Id}"]);
            await trainer.WaitForExitAsync(Cancellation);
            Assert.Equal(TrainerExit.Stopped, trainer.ExitCode);
        }

        Assert.Equal(someOfIt, await File.ReadAllBytesAsync(part, Cancellation));
        var (exit, _, error) = await RunAsync("prepare", question, server.Url);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.Contains("three ways", error, StringComparison.Ordinal);
        Assert.Contains("\nrange: bytes=200000-\r", server.Requests[1], StringComparison.Ordinal);
        Assert.Equal(someOfIt, await File.ReadAllBytesAsync(part, Cancellation));
    }

    [Fact]
    public async Task Train_ReportsADownload_AndCanBeStoppedDuringIt()
    {
        using var server = new ScriptedServer(async (request, stream) =>
        {
            await ScriptedServer.HeadAsync(stream, "200 OK\r\nETag: \"v1\"\r\nContent-Length: 170052171");
            // The answer stalls until the client disconnects.
            _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
        });
        var attempt = _folder.In("attempt");
        Trials.Assign(attempt, _folder.In("data"), Trials.Tiny(data) with { Dataset = DatasetKind.Cifar10 });
        using var trainer = Start(attempt, server.Url);
        var events = new AttemptFolder(attempt).Events;
        while (!trainer.HasExited
            && !(File.Exists(events) && (await File.ReadAllTextAsync(events, Cancellation))
                .Contains('\n', StringComparison.Ordinal)))
            await Task.Delay(5, Cancellation);
        using var kill = Process.Start("kill", ["-TERM", $"{trainer.Id}"]);
        await trainer.WaitForExitAsync(Cancellation);

        Assert.Equal(TrainerExit.Stopped, trainer.ExitCode);
        Assert.Equal("fetching its images", Assert.Single(Trials.Events(attempt).OfType<TrialPreparing>()).Doing);
    }

    [Fact]
    public async Task DeviceClass_IncludesVariables_ThatRestrictInstructionSets()
    {
        var attempt = _folder.In("attempt");
        Trials.Assign(attempt, data.DataRoot, Trials.Tiny(data));
        using var trainer =
            Process.Start("env",
                ["ATEN_CPU_CAPABILITY=default", "ONEDNN_MAX_CPU_ISA=SSE41",
                    Path.Combine(AppContext.BaseDirectory, "sbnn-trainer"), attempt]);
        await trainer.WaitForExitAsync(Cancellation);
        Assert.Equal(TrainerExit.Completed, trainer.ExitCode);
        Assert.Contains("+aten_cpu_capability=default+onednn_max_cpu_isa=SSE41 ", Trials.Events(attempt)
            .OfType<TrialStarted>().Single().DeviceClass, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prepare", "{\"dataset\":\"moon\",\"dataRoot\":\"x\"}")]
    [InlineData("prepare", "{\"dataset\":\"synthetic\"}")]
    [InlineData("--train", null)]
    [InlineData("no/such/folder", null)]
    public async Task Main_ExitsWith2AndPrintsAMessage_WhenTheArgumentsAreNotValid(string argument, string? input)
    {
        var (exit, _, error) = await RunAsync(argument, input);
        Assert.Equal(TrainerExit.BadInput, exit);
        Assert.StartsWith("sbnn-trainer: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Main_KeepsItsExitCode_WhenStderrIsFull()
    {
        using var trainer =
            Process.Start("sh",
                ["-c", "exec \"$0\" no/such/folder 2>/dev/full",
                    Path.Combine(AppContext.BaseDirectory, "sbnn-trainer")]);
        await trainer.WaitForExitAsync(Cancellation);
        Assert.Equal(TrainerExit.BadInput, trainer.ExitCode);
    }

    [Fact]
    public async Task Help_ShowsTheUsage()
    {
        var (exit, output, _) = await RunAsync("--help");
        Assert.Equal(TrainerExit.Completed, exit);
        Assert.Contains("sbnn-trainer <attempt folder>", output, StringComparison.Ordinal);
    }

    private static Process Start(string argument, Uri? cifarHome = null) => Process.Start(new ProcessStartInfo(
        // A shell makes processes in the background ignore Ctrl-C, and their children inherit that. env restores the
        // default.
        "env", ["--default-signal=INT", Path.Combine(AppContext.BaseDirectory, "sbnn-trainer"), argument])
    {
        Environment = { ["SBNN_CIFAR_URL"] = cifarHome?.AbsoluteUri },
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<(int Exit, string Output, string Error)> RunAsync(
        string argument, string? input = null, Uri? cifarHome = null)
    {
        using var trainer = Start(argument, cifarHome);
        var (output, error) =
            (trainer.StandardOutput.ReadToEndAsync(Cancellation), trainer.StandardError.ReadToEndAsync(Cancellation));
        await trainer.StandardInput.WriteAsync(input);
        trainer.StandardInput.Close();
        await trainer.WaitForExitAsync(Cancellation);
        return (trainer.ExitCode, await output, await error);
    }
}
