using System.Runtime.Versioning;
using Sbnn.Sweeps.Cli.Running;
using Sbnn.Sweeps.Tests.Support;

namespace Sbnn.Sweeps.Tests.EndToEnd;

/// <summary>Tests sweeps on CIFAR's binary files, which are below the data root or downloaded.</summary>
public sealed class CifarTests : IDisposable
{
    private const string Small = """
        name: small
        trial:
          dataset: cifar10
          width: 4
          epochs: 2
          batch-size: 40
          mixup: 0
          rotation: 15
          validation-images: 50
          select-on: validation
        """;

    private readonly Workplace _workplace = new();

    public CifarTests() =>
        _workplace.DataRoot = Directory.CreateDirectory(Path.Combine(_workplace.Folder, "data")).FullName;

    public void Dispose() => _workplace.Dispose();

    [Fact]
    public async Task Run_FillsTheTable_AndStatesHowEpochsWereChosen()
    {
        SmallCifar.Write10(_workplace.DataRoot, images: 40);

        var (exitCode, stdout, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Small));

        Assert.True(exitCode == 0, stdout + stderr);
        Assert.Contains(
            "images: cifar10 has 200 for training, 40 for testing, 10 classes (a smaller copy of the published files)",
            stdout,
            StringComparison.Ordinal);
        Assert.Contains("1/1", _workplace.Table("small"), StringComparison.Ordinal);
        Assert.Contains("on validation images", _workplace.Table("small"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ExitsWith2BeforeTraining_WhenAFileIsTruncated()
    {
        var batch = Path.Combine(SmallCifar.Write10(_workplace.DataRoot, images: 40), "data_batch_4.bin");
        await File.WriteAllBytesAsync(batch, (await File.ReadAllBytesAsync(batch, Workplace.Cancellation))[..^1000],
            Workplace.Cancellation);

        var (exitCode, _, stderr) = await _workplace.RunAsync(_workplace.WriteSpec(Small));

        Assert.Equal(2, exitCode);
        Assert.Contains(
            $"{batch}: the file has 121920 bytes (allowed: a multiple of 3073, the length of a record)", stderr,
            StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workplace.Trials));
    }

    [Fact]
    public async Task Run_ResumesTheDownload_AfterCtrlC()
    {
        var someOfIt = new byte[300_000];
        using var server = new ScriptedServer(
            async (request, stream) =>
            {
                await ScriptedServer.HeadAsync(stream, "200 OK\r\nContent-Length: 170052171");
                await stream.WriteAsync(someOfIt);
                // The answer stalls until the client disconnects.
                _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
            },
            ScriptedServer.Status("404 Not Found"));
        _workplace.Environment["SBNN_CIFAR_URL"] = server.Url.AbsoluteUri;
        var spec = _workplace.WriteSpec(Small);
        var part = new FileInfo(Path.Combine(_workplace.DataRoot, "cifar-10-binary.tar.gz.part"));

        var stopped = _workplace.Start(spec);
        await Eventually.UntilAsync(
            () =>
            {
                part.Refresh();
                return part.Exists && part.Length == someOfIt.Length
                    && stopped.Stdout.Contains("downloading", StringComparison.Ordinal);
            },
            "the first bytes of the archive and the line about them");
        stopped.Signal(2);
        Assert.Equal(130, await stopped.WaitAsync());
        Assert.Contains($"downloading {server.Url}/cifar-10-binary.tar.gz: 0.0 of 170.1 MB", stopped.Stdout,
            StringComparison.Ordinal);
        Assert.Contains(RunReport.StoppedMessage, stopped.Stdout, StringComparison.Ordinal);

        var (exitCode, _, stderr) = await _workplace.RunAsync(spec);
        Assert.Equal(2, exitCode);
        Assert.Contains("\nrange: bytes=300000-\r", server.Requests[1], StringComparison.Ordinal);
        Assert.Contains("three ways to provide them", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_DownloadsNothing_WhenTheImagesAreMissing()
    {
        using var server = new ScriptedServer(ScriptedServer.Status("404 Not Found"));
        _workplace.Environment["SBNN_CIFAR_URL"] = server.Url.AbsoluteUri;

        string[] args = [_workplace.WriteSpec(Small), "--data", _workplace.DataRoot];

        var (exitCode, stdout, stderr) = await _workplace.CommandAsync("explain", args);

        Assert.True(exitCode == 0, stdout + stderr);
        Assert.Equal(
            $"images: cifar10 is not on this machine yet: {_workplace.DataRoot} has neither cifar-10-binary.tar.gz nor "
                + $"cifar-10-batches-bin; `sbnn run` downloads {server.Url}/cifar-10-binary.tar.gz (170.1 MB); until "
                + "then earlier results of these trials cannot be found\n",
            stderr);
        Assert.StartsWith("small: 1 trial\n", stdout, StringComparison.Ordinal);
        Assert.Contains("missing  1       new: the ledger has no trials to compare with", stdout,
            StringComparison.Ordinal);
        Assert.Empty(server.Requests);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_workplace.DataRoot));
        var printed = await _workplace.JsonAsync("explain", args);
        var trial = Assert.Single(printed.GetProperty("trials").EnumerateArray());
        Assert.False(trial.TryGetProperty("key", out _));
        Assert.False(trial.GetProperty("spec").TryGetProperty("dataDigest", out _));
    }

    [Fact]
    public async Task Explain_ExitsWith2_WhenTheSettingsDoNotFitMissingImages()
    {
        var spec = _workplace.WriteSpec("{name: large, trial: {dataset: cifar100, train-images: 60000}}");

        var (exitCode, _, stderr) = await _workplace.CommandAsync("explain", spec, "--data", _workplace.DataRoot);

        Assert.Equal(2, exitCode);
        const string Reason = "trial.train-images: 60000 is more than the 50000 training images of cifar100 (allowed: ";
        Assert.Contains(Reason, stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_RequiresNoImages_WhenTheLedgerHasTheirDigest()
    {
        SmallCifar.Write10(_workplace.DataRoot, images: 40);
        var spec = _workplace.WriteSpec(Small);
        var (exitCode, stdout, stderr) = await _workplace.RunAsync(spec);
        Assert.True(exitCode == 0, stdout + stderr);
        _workplace.DataRoot = Directory.CreateDirectory(Path.Combine(_workplace.Folder, "no-data")).FullName;

        (exitCode, stdout, stderr) = await _workplace.CommandAsync("explain", spec, "--data", _workplace.DataRoot);

        Assert.True(exitCode == 0, stdout + stderr);
        Assert.Contains("cached  1       finished, in sweep small", stdout, StringComparison.Ordinal);
        Assert.EndsWith("MB); until then the ledger's digest of the images identifies the trials\n", stderr,
            StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_workplace.DataRoot));
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public async Task Run_LeavesNoTrainerRunning_WhenKilledDuringADownload()
    {
        // The server accepts the request but never answers.
        using var server = new ScriptedServer(static async (request, stream) =>
            _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false));
        _workplace.Environment["SBNN_CIFAR_URL"] = server.Url.AbsoluteUri;
        var pidFile = Path.Combine(_workplace.Folder, "pid");
        _workplace.ScriptTrainer(":", preparing: $"echo $$ > {pidFile}");
        var run = _workplace.Start(_workplace.WriteSpec(Small));
        await Eventually.UntilAsync(() => server.Requests.Count > 0, "the download to begin");

        run.Signal(9);

        // A process that has ended but was not waited for (a zombie, state Z) counts as ended.
        var stat = $"/proc/{(await File.ReadAllTextAsync(pidFile, Workplace.Cancellation)).Trim()}/stat";
        await Eventually.UntilAsync(
            () => !File.Exists(stat) || File.ReadAllText(stat)
                .Contains(") Z ", StringComparison.Ordinal), "the trainer to end");
    }
}
