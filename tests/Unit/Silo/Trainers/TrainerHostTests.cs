using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Trainers;
using Sbnn.Sweeps.Tests.Support;
using Sbnn.Sweeps.Tests.Unit.Core.Protocol;

namespace Sbnn.Sweeps.Tests.Unit.Silo.Trainers;

/// <summary>
/// Tests how a silo launches trainers and handles the attempt folders of an earlier silo. The trainers are small
/// scripts.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class TrainerHostTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("sbnn-host-").FullName;

    private static TrialSpec Spec { get; } = new() { DataDigest = "none", Seed = 1 };

    private static TrialKey Trial { get; } = TrialKey.Of(Spec);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task FindAsync_PreventsATrainerFromBeginning_WhileItIsStillStarting()
    {
        // A silo starts a trainer and dies immediately. The next silo is ordered to stop the attempt before the trainer
        // has taken its lock.
        var go = Path.Combine(_root, "go");
        var dead = Host($"while [ ! -e '{go}' ]; do sleep 0.02; done; exec '{TrainerProgram.Find().Path}' \"$1\"");
        await using var late = await dead.LaunchAsync(Order(1), static () => { }, Cancellation);
        await using var found = await Host("exit 9").FindAsync(Order(1).Id, Cancellation);

        var end = found!.FindEnd();
        Assert.Equal((AttemptEnding.NodeLost, "the node's process died before the trainer had begun"),
            (end!.Ending, end.Reason));
        await File.WriteAllTextAsync(go, "", Cancellation);
        await Eventually.UntilAsync(() => late.FindEnd() is not null, "the late trainer to leave");

        Assert.Equal("", await File.ReadAllTextAsync(Folder(1).Events, Cancellation));
        Assert.False(File.Exists(Folder(1).Process));
        Assert.Contains("this attempt is over", await File.ReadAllTextAsync(Folder(1).Stderr, Cancellation),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exit 5")] // The second trainer exits, because the first one holds the folder's lock.
    [InlineData("kill -9 $$")] // The second trainer is killed while it waits for the lock.
    public async Task LaunchAsync_AdoptsTheRunningTrainer_OfADeadSilo(string second)
    {
        var (go, exited) = (Path.Combine(_root, "go"), new TaskCompletionSource());
        var host = Host($"while [ ! -e '{go}' ]; do sleep 0.02; done; {second}");
        await using var trainer = await host.LaunchAsync(Order(1), exited.SetResult, Cancellation);
        var quicker = FileLock.TryTake(Folder(1).Lock)!;
        DurableFile.WriteJson(Folder(1).Process, ProcessMark.Current());
        await File.WriteAllTextAsync(go, "", Cancellation);
        await exited.Task.WaitAsync(Cancellation);

        Assert.Null(trainer.FindEnd());
        quicker.Dispose();
        var end = trainer.FindEnd();
        Assert.Equal((AttemptEnding.Unknown, (int?)null), (end!.Ending, end.ExitCode));
    }

    [Fact]
    public async Task FindEnd_IsNodeLost_WhenTheMachineWentDown()
    {
        Directory.CreateDirectory(Folder(1).Path);
        DurableFile.WriteJson(Folder(1).Process, ProcessMark.Current() with { BootId = "an earlier boot" });
        await using var found = await Host("exit 9").LaunchAsync(Order(1), static () => { }, Cancellation);

        var end = found.FindEnd();

        Assert.Equal((AttemptEnding.NodeLost, "the machine went down during the training"), (end!.Ending, end.Reason));
        Assert.False(end.Ending.IsOwnFault());
    }

    [Fact]
    public async Task LaunchAsync_ResumesFromTheNewestIntactCheckpoint_AndKeepsTheOldFolder()
    {
        Directory.CreateDirectory(Folder(1).Path);
        // The second attempt has no checkpoint, as if it had been killed before it wrote one.
        Directory.CreateDirectory(Folder(2).Path);
        foreach (var step in (int[])[1, 2])
            CheckpointFile.Write(Folder(1).Checkpoint(3, step), $"{{\"step\":{step}}}", new byte[1000]);
        await using (var newest = new FileStream(Folder(1).Checkpoint(3, 2), FileMode.Open)) newest.SetLength(500);
        var before = Contents(Folder(1));

        var exited = new TaskCompletionSource();
        await using var trainer = await Host("exit 0").LaunchAsync(Order(3), exited.SetResult, Cancellation);
        await exited.Task.WaitAsync(Cancellation);

        Assert.Equal([Folder(3).Checkpoint(3, 1)], Folder(3).Checkpoints());
        Assert.True(CheckpointFile.TryRead(Folder(3).Checkpoint(3, 1), out var header, out _, out _));
        Assert.Equal("{\"step\":1}", header);
        Assert.Equal(before, Contents(Folder(1)));
    }

    [Fact]
    public async Task Stop_DoesNotStopTheOriginalTrainer_WhenTheFolderIsACopy()
    {
        using var trainer = Process.Start("setsid", ["sleep", "1000"]);
        try
        {
            foreach (var attempt in (int[])[1, 2]) Directory.CreateDirectory(Folder(attempt).Path);
            await Eventually.UntilAsync(
                () => Posix.SignalGroup(trainer.Id, 0), "the trainer to lead its own process group");
            foreach (var attempt in (int[])[1, 2])
                DurableFile.WriteJson(Folder(attempt).Process,
                    ProcessMark.Of(trainer.Id) with { Folder = Posix.RealPathOf(Folder(2).Path) });

            await using var copy = await Host("exit 9").LaunchAsync(Order(1), static () => { }, Cancellation);
            Assert.Equal(AttemptEnding.Unknown, copy.FindEnd()!.Ending);
            Assert.False(trainer.HasExited);

            // In the original folder, the silo recognises the running process as the attempt's trainer.
            await using var original = await Host("exit 9").LaunchAsync(Order(2), static () => { }, Cancellation);
            Assert.Null(original.FindEnd());
            await trainer.WaitForExitAsync(Cancellation);
        }
        finally
        {
            trainer.Kill();
        }
    }

    [Fact]
    public async Task LaunchAsync_StartsNoTrainer_WhenTheDiskIsFull()
    {
        // The maximum number of files allows the root, the script, two folders, the assignment and standard output.
        using var disk = SmallDisk.MountOn(_root, megabytes: 1, files: 7);
        var host = Host("exit 0");
        var error = await Assert.ThrowsAsync<IOException>(() =>
            host.LaunchAsync(Order(1), static () => throw new InvalidOperationException("the trainer was started"),
                Cancellation));
        Assert.True(DurableFile.IsDiskFull(error), error.Message);
    }

    [Fact]
    public async Task Launch_EndsWithTheReason_WhenTheNodeCannotGetTheImages()
    {
        using var http = new HttpClient(new NoHead()) { BaseAddress = new Uri("http://head/") };
        var (digest, changed) = (new string('a', 64), new TaskCompletionSource());
        var host = new TrainerHost(
            Settings("exit 2"), Minute, Minute, TimeProvider.System,
            new ImageStore(http, new PreparedFolder(_root), TimeProvider.System));
        var order = Order(1) with { Spec = Spec with { DataDigest = digest } };

        await using var trainer = await host.LaunchAsync(order, changed.SetResult, Cancellation);
        await changed.Task.WaitAsync(Cancellation);

        var end = trainer.FindEnd()!;
        Assert.Equal((AttemptEnding.NodeLost, true), (end.Ending, end.LacksImages));
        Assert.Equal($"node node does not have the images of synthetic (digest {digest}): the head does not have the "
            + "file", end.Reason);
        Assert.Equal([digest], host.LackedImages);
        Assert.False(Directory.Exists(Folder(1).Path));
    }

    [Fact]
    public async Task Launch_StartsTheTrainer_OnceTheNodeHasTheTrialsImages()
    {
        using var http = new HttpClient(new NoHead()) { BaseAddress = new Uri("http://head/") };
        var (prepared, made) = (new PreparedFolder(_root), PreparedFolderTests.Made(10));
        Directory.CreateDirectory(prepared.Path);
        await File.WriteAllBytesAsync(prepared.PathOf(made.Digest), made.Bytes, Cancellation);
        var host = new TrainerHost(
            Settings("exit 7"), Minute, Minute, TimeProvider.System,
            new ImageStore(http, prepared, TimeProvider.System));

        await using var trainer = await host.LaunchAsync(
            Order(1) with { Spec = Spec with { DataDigest = made.Digest } }, static () => { }, Cancellation);
        await Eventually.UntilAsync(() => trainer.FindEnd() is not null, "the trainer's end");

        Assert.Equal(7, trainer.FindEnd()!.ExitCode);
    }

    [Fact]
    public async Task Launch_ResumesFromTheHeadsCheckpoint_WhenItIsNewerThanLocalOnes()
    {
        foreach (var attempt in (int[])[1, 2]) Directory.CreateDirectory(Folder(attempt).Path);
        CheckpointFile.Write(Folder(1).Checkpoint(1, 0), "{}", new byte[10]);
        var source = Path.Combine(_root, "held");
        CheckpointFile.Write(source, "{}", new byte[1000]);
        var bytes = await File.ReadAllBytesAsync(source, Cancellation);
        using var http = new HttpClient(new Head(bytes)) { BaseAddress = new Uri("http://head/") };
        using var uploader = new FileUploader(
            new("gpu-1"), http, new UploadSettings(FileUploader.DefaultInterval, null), TimeProvider.System);
        var host = new TrainerHost(Settings("exit 0"), Minute, Minute, TimeProvider.System, checkpoints: uploader);
        var held = new StoredCheckpoint(
            2, 5, 7, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)),
            bytes.Length, "cpu");

        await using var trainer = await host.LaunchAsync(
            Order(3) with { Checkpoint = held }, static () => { }, Cancellation);
        await Eventually.UntilAsync(() => File.Exists(Folder(3).Assignment), "the trainer's start");

        Assert.Equal([Folder(3).Checkpoint(5, 7)], Folder(3).Checkpoints());
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Folder(2).Checkpoint(5, 7), Cancellation));
    }

    private static TimeSpan Minute => TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(true, "GPU-a", "cuda")]
    [InlineData(false, "", "cpu")]
    public async Task LaunchAsync_MakesOnlyTheTrainersGpuVisible(bool isOnGpu, string environment, string device)
    {
        var gpu = new GpuDevice("GPU-a", 0, "A100", 40_000, "8.0", "550.54");
        var gpus = new NodeGpus([gpu], SlotsPerGpu: 1, ReserveMiB: 0);
        var smi = Scripts.Write(
            Path.Combine(_root, "smi"), "echo '0, GPU-a, A100, 40000, 0, 0, 8.0, 550.54, [N/A], Default, x'");
        await using var monitor = new GpuMonitor(
            gpus, new NvidiaSmi(smi, Minute, TimeProvider.System), TimeProvider.System,
            NullLogger<GpuMonitor>.Instance);
        var host = new TrainerHost(
            Settings("echo \"$CUDA_VISIBLE_DEVICES\"; : >\"$1/seen\""), Minute, Minute,
            TimeProvider.System, gpus: monitor);

        await using var trainer = await host.LaunchAsync(
            Order(1) with { Gpu = isOnGpu ? gpu.Uuid : null }, static () => { }, Cancellation);
        await Eventually.UntilAsync(() => File.Exists(Path.Combine(Folder(1).Path, "seen")), "the trainer to run");

        Assert.Equal($"{environment}\n", await File.ReadAllTextAsync(Folder(1).Stdout, Cancellation));
        var assignment = DurableFile.ReadJson<TrialAssignment>(Folder(1).Assignment);
        Assert.Equal(device, assignment.Device);
        Assert.Equal(isOnGpu ? new GpuFacts("GPU-a", "A100", "8.0", "550.54") : null, assignment.Gpu);
        Assert.Equal(isOnGpu, trainer.Gpu is not null);
    }

    [Fact]
    public async Task LaunchAsync_ThrowsDeviceGone_WhenTheGpuIsNoLongerOffered()
    {
        var gone = await Assert.ThrowsAsync<DeviceGoneException>(() =>
            Host("exit 0").LaunchAsync(Order(1) with { Gpu = "GPU-a" }, static () => { }, Cancellation));

        Assert.Equal("node node no longer offers GPU GPU-a", gone.Message);
    }

    [Fact]
    public async Task Offer_IncludesTheDeviceClass_OnceATrainerHasReportedIt()
    {
        var host = Host("exit 0");
        Assert.Equal((1, null), (host.Offer.Threads, host.Offer.DeviceClass));
        await using var trainer = await host.LaunchAsync(Order(1), static () => { }, Cancellation);
        await File.WriteAllTextAsync(
            Folder(1).Events,
            $"{JsonSerializer.Serialize<TrainerEvent>(Ledger.Sample.Started(1), SbnnJson.Options)}\n", Cancellation);

        trainer.ReadEvents(0);

        Assert.Equal(Ledger.Sample.Started(1).DeviceClass, host.Offer.DeviceClass);
    }

    private static TrainerOrder Order(int attempt) =>
        new(new AttemptId(Trial, attempt), Spec, CheckpointEvery: TimeSpan.Zero, HangAfter: TimeSpan.Zero);

    private AttemptFolder Folder(int attempt) => AttemptFolder.Of(_root, Trial, attempt);

    private TrainerHost Host(string script) => new(Settings(script), Minute, Minute, TimeProvider.System);

    private NodeSettings Settings(string script)
    {
        var path = Path.Combine(_root, $"trainer-{Guid.NewGuid():N}");
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new NodeSettings(new("node"), "identity", Slots: 1, ThreadsPerSlot: 1, _root, DataRoot: _root,
            path, Minute);
    }

    private static List<(string Name, string Bytes)> Contents(AttemptFolder folder) =>
        [.. Directory.EnumerateFiles(folder.Path).Order(StringComparer.Ordinal)
            .Select(static file => (file, Convert.ToHexString(File.ReadAllBytes(file))))];

    private sealed class NoHead : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));
    }

    private sealed class Head(byte[] file) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(
                new HttpResponseMessage(System.Net.HttpStatusCode.OK) { Content = new ByteArrayContent(file) });
    }
}
