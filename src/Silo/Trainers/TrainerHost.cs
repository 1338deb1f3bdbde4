using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Telemetry;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Grains.Nodes;
using Sbnn.Sweeps.Grains.Scheduling;
using Sbnn.Sweeps.Silo.Devices;
using Sbnn.Sweeps.Silo.Files;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// Runs trainers as separate processes. Each has its own session, so that no terminal's signal reaches it, and writes
/// stdout and stderr to files, because pipes would die with the silo. The host communicates with a trainer only through
/// the attempt's folder. Trainers continue when the silo dies, and the next silo adopts them.
/// </summary>
/// <param name="node">What this machine offers.</param>
/// <param name="grace">How long trainers continue without their node.</param>
/// <param name="stopTimeout">How long a trainer may take to stop before it is killed.</param>
/// <param name="time">The clock.</param>
/// <param name="images">Fetches images from the head; null on the head's own machine, where trainers prepare
/// them.</param>
/// <param name="checkpoints">Sends checkpoints to the head and fetches them from it; null: checkpoints stay on this
/// machine.</param>
/// <param name="gpus">Watches the offered GPUs; null: no GPU is offered.</param>
/// <param name="logger">The log.</param>
internal sealed class TrainerHost(
    NodeSettings node, TimeSpan grace, TimeSpan stopTimeout, TimeProvider time, ImageStore? images = null,
    FileUploader? checkpoints = null, GpuMonitor? gpus = null, ILogger<TrainerHost>? logger = null)
    : ITrainerLauncher
{
    private static readonly TimeSpan UploadTimeout = TimeSpan.FromMinutes(2);

    private static readonly ActivitySource Source = new(typeof(TrainerHost).Assembly.GetName().Name!);

    private readonly OutOfMemoryKills _kills = OutOfMemoryKills.Find();

    // The device classes by GPU UUID; the key "" is the CPU. A device is missing until one of its trainers has reported
    // its class.
    private readonly ConcurrentDictionary<string, string> _deviceClasses = new(StringComparer.Ordinal);

    public NodeOffer Offer
    {
        get
        {
            var offer = gpus?.OfferWith(node.Slots) ?? NodeOffer.OfCpu(node.Slots);
            var (size, free) = DiskSpace.Of(node.TrialsRoot);
            return offer with
            {
                DiskMiB = size,
                FreeDiskMiB = free,
                Threads = node.ThreadsPerSlot,
                DeviceClass = DeviceClassOf(gpu: null),
                Gpus = [.. offer.Gpus.Select(gpu => gpu with { DeviceClass = DeviceClassOf(gpu.Uuid) })],
            };
        }
    }

    public IReadOnlyList<string> LackedImages => images?.Lacked ?? [];

    public Task<ITrainer> LaunchAsync(TrainerOrder order, Action changed, CancellationToken cancellation)
    {
        var isLocal = images is null && (checkpoints is null || order.Checkpoint is null);
        return Task.FromResult(WithUpload(order.Id, Find(order) ?? (isLocal ? Start() : new PreparingTrainer(
            stop => FetchAsync(order, stop), Start, node.Name, changed, order.HangAfter, time))));

        ITrainer Start()
        {
            var gpu = DeviceOf(order);
            return OnGpu(gpu, order.Id, isStarted: true, () =>
                Watch(order.Id, Spawn(order, gpu, FolderOf(order.Id), changed), order));
        }
    }

    // A folder without any trace of a trainer may belong to one that is still starting. Such a folder is watched until
    // it is closed or locked.
    public Task<ITrainer?> FindAsync(AttemptId attempt, CancellationToken cancellation) =>
        Task.FromResult<ITrainer?>(
            Directory.Exists(FolderOf(attempt).Path) ? WithUpload(attempt, Watch(attempt, process: null)) : null);

    private ITrainer WithUpload(AttemptId attempt, ITrainer trainer) =>
        checkpoints is null ? trainer : new UploadingTrainer(
            trainer, attempt, FolderOf(attempt), checkpoints, UploadTimeout, time);

    private async Task FetchAsync(TrainerOrder order, CancellationToken stop)
    {
        if (images is not null) await FetchImagesAsync(order, images, stop);
        if (checkpoints is null || order.Checkpoint is not { } held || IsNotNeeded(order, held)) return;
        try
        {
            await checkpoints.FetchAsync(order.Id.Trial, held, node.TrialsRoot, stop);
        }
        catch (Exception error) when (error is FilesUnavailableException or IOException)
        {
            // Without the head's checkpoint, the trial resumes from a local one or starts over. Both take longer, but
            // the result is the same.
        }
    }

    // True when the head's checkpoint is not needed: an earlier attempt's local checkpoint is at least as recent, or
    // training would not resume exactly on this device.
    private bool IsNotNeeded(TrainerOrder order, StoredCheckpoint held)
    {
        var id = order.Id;
        var name = Path.GetFileName(
            AttemptFolder.Of(node.TrialsRoot, id.Trial, held.Attempt).Checkpoint(held.Epoch, held.Step));
        return (DeviceClassOf(order.Gpu) is { } own && own != held.DeviceClass) || Enumerable.Range(1, id.Attempt)
            .SelectMany(earlier => AttemptFolder.Of(node.TrialsRoot, id.Trial, earlier).Checkpoints())
            .Any(checkpoint => string.CompareOrdinal(Path.GetFileName(checkpoint), name) >= 0);
    }

    // When the head does not have the images, the trainer prepares them if they are generated from a seed, or if their
    // files are on this machine.
    private async Task FetchImagesAsync(TrainerOrder order, ImageStore images, CancellationToken stop)
    {
        var (spec, digest) = (order.Spec, order.Spec.DataDigest ?? "");
        try
        {
            await images.EnsureAsync(digest, stop);
        }
        catch (FilesUnavailableException why)
        {
            if (await CanPrepareAsync(
                new PrepareRequest(spec.Dataset, spec.Folder, node.DataRoot) { FetchesNothing = true },
                digest, stop)) return;
            var name = spec.Folder is { } folder
                ? $"{EnumWords.Of(spec.Dataset)} {folder}"
                : EnumWords.Of(spec.Dataset);
            throw new FilesUnavailableException(
                $"node {node.Name} does not have the images of {name} (digest {digest}): {why.Message}", why);
        }
    }

    private async Task<bool> CanPrepareAsync(PrepareRequest request, string digest, CancellationToken stop)
    {
        try
        {
            PreparedDataset? found = null;
            await foreach (var news in new TrainerProgram(node.TrainerPath).PrepareAsync(request, stop))
                found = news as PreparedDataset;
            return found?.Digest == digest;
        }
        catch (Exception error) when (error is BadInputException or IOException)
        {
            return false; // The caller reports the head's reason instead.
        }
    }

    private AttemptFolder FolderOf(AttemptId attempt) =>
        AttemptFolder.Of(node.TrialsRoot, attempt.Trial, attempt.Attempt);

    // If the lock is held, an earlier trainer still runs. If only the trainer's mark exists, the trainer has ended, and
    // the folder shows how it ended. Otherwise a trainer may still be starting; then a second trainer finds the lock
    // taken and exits, and the first one is watched.
    private ITrainer? Find(TrainerOrder order)
    {
        var folder = FolderOf(order.Id);
        return FileLock.IsHeld(folder.Lock) || File.Exists(folder.Process) || File.Exists(folder.Closed) ? OnGpu(
            order.Gpu is { } uuid ? gpus?.Find(uuid) : null, order.Id, isStarted: false,
            () => Watch(order.Id, process: null, order)) : null;
    }

    private GpuDevice? DeviceOf(TrainerOrder order) => order.Gpu is not { } uuid ? null
        : gpus?.Find(uuid) ?? throw new DeviceGoneException($"node {node.Name} no longer offers GPU {uuid}");

    // The trainer is recorded on the GPU before it starts, so that the trainer's memory is not attributed to another
    // program.
    private ITrainer OnGpu(GpuDevice? gpu, AttemptId attempt, bool isStarted, Func<ITrainer> start)
    {
        if (gpu is null) return start();
        var lease = gpus!.Enter(gpu, attempt, isStarted);
        try
        {
            return new GpuTrainer(start(), lease, time, logger ?? NullLogger<TrainerHost>.Instance);
        }
        catch
        {
            lease.Leave();
            throw;
        }
    }

    private TrainerProcess Watch(AttemptId attempt, Process? process, TrainerOrder? order = null) =>
        new(FolderOf(attempt), attempt.Trial, process, new HangWatch(time) { Limit = order?.HangAfter ?? default },
            _kills, stopTimeout, time)
        {
            Started = start =>
            {
                if (order is not null) _deviceClasses[order.Gpu ?? ""] = start.DeviceClass;
            },
        };

    private string? DeviceClassOf(string? gpu) => _deviceClasses.GetValueOrDefault(gpu ?? "");

    private Process Spawn(TrainerOrder order, GpuDevice? gpu, AttemptFolder folder, Action changed)
    {
        using var span = Source.StartActivity("launch", ActivityKind.Internal, order.TraceParent)?
            .SetTag(TelemetryNames.Node, node.Name.Value).SetTag(TelemetryNames.Trial, order.Id.Trial.Short)
            .SetTag(TelemetryNames.Attempt, order.Id.Attempt);
        Directory.CreateDirectory(folder.Path);
        for (var earlier = order.Id.Attempt - 1; earlier >= 1; earlier--)
        {
            if (CheckpointFile.TryCarryOver(AttemptFolder.Of(node.TrialsRoot, order.Id.Trial, earlier), folder)) break;
        }

        DurableFile.WriteJson(folder.Assignment, new TrialAssignment
        {
            Trial = order.Id.Trial,
            Attempt = order.Id.Attempt,
            Spec = order.Spec,
            Threads = node.ThreadsPerSlot,
            Device = gpu is null ? "cpu" : "cuda",
            Gpu = gpu is null ? null : new GpuFacts(gpu.Uuid, gpu.Name, gpu.ComputeCapability, gpu.Driver),
            DataRoot = node.DataRoot,
            LeaseGrace = grace,
            CheckpointEvery = order.CheckpointEvery,
            Preflight = true,
            KeepsWeights = order.KeepsWeights,
        });

        // The files are created before the start, so that a full disk prevents the start instead of breaking a running
        // trainer.
        foreach (var file in (string[])[folder.Stdout, folder.Stderr, folder.Lock, folder.Events])
            File.OpenHandle(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();

        // setsid keeps the process ID, so it is also the ID of the process group. The shell only opens the files and is
        // then replaced with the trainer.
        var start = new ProcessStartInfo("/bin/sh")
        {
            ArgumentList = { "-c", "exec setsid \"$0\" \"$1\" </dev/null >>\"$2\" 2>>\"$3\"", node.TrainerPath,
                folder.Path, folder.Stdout, folder.Stderr },
            UseShellExecute = false,
        };
        TrainerEnvironment.Prepare(start, node.ThreadsPerSlot, gpu?.Uuid);

        // The trainer's parent span is the attempt's span, not the span of the program that started sbnn. The variables
        // for exporters are inherited.
        start.Environment.Remove(TelemetryNames.TraceParentVariable);
        start.Environment.Remove(TelemetryNames.TraceStateVariable);
        if (order.TraceParent is { } attempt) start.Environment.Add(TelemetryNames.TraceParentVariable, attempt);
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => changed();
        process.Start();
        return process;
    }
}
