using System.Runtime.InteropServices;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Trainer.Imaging;
using Sbnn.Sweeps.Trainer.Libraries;
using Sbnn.Sweeps.Trainer.Method;
using Sbnn.Sweeps.Trainer.Running;
using Sbnn.Sweeps.Trainer.Telemetry;

const string Usage = """
    sbnn-trainer trains one trial in one process.

    Usage:
      sbnn-trainer <attempt folder>   train the trial in the folder's trial.json; the same command goes on where it stopped
      sbnn-trainer prepare            read a request (JSON) on standard input, prepare its images, answer in lines of JSON
      sbnn-trainer check              load torch's libraries, and exit with 0 when trials can be trained here
      sbnn-trainer --help

    A request: {"dataset":"synthetic","dataRoot":"data"} or {"dataset":"image-folder","folder":"cifar10-jpeg","dataRoot":"data"} or
    {"dataset":"cifar10","dataRoot":"data"}. CIFAR's images are fetched when they are not there, from SBNN_CIFAR_URL if that is set.

    SBNN_TORCH names a folder with libtorch_cpu.so, of PyTorch 2.10 or later, to be used in place of the packaged libtorch.

    Exit codes: 0 result in place, 1 crashed, 2 bad input, 3 diverged, 4 out of memory, 5 folder held by another process or closed,
    6 lease expired, 143 stopped by SIGTERM or SIGINT (6 and 143 leave a checkpoint).
    """;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopGently);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopGently);
try
{
    return args switch
    {
        ["--help" or "-h"] => SayUsage(),
        ["prepare"] => await PrepareAsync(),
        _ when !TorchContext.IsCurrent && TorchFolder.Named() is { } torch => RunWith(torch),
        ["check"] => Check(),
        [var folder] when !folder.StartsWith('-') => await TrainAsync(new AttemptFolder(folder)),
        _ => Say($"sbnn-trainer: cannot make sense of '{string.Join(' ', args)}'\n\n{Usage}", TrainerExit.BadInput),
    };
}
catch (BadInputException error)
{
    return Say($"sbnn-trainer: {error.Message}", TrainerExit.BadInput);
}
catch (TorchUnavailableException error)
{
    return Say($"sbnn-trainer: {error.Message}", TrainerExit.Crashed);
}
catch (OperationCanceledException)
{
    return TrainerExit.Stopped;
}
catch (IOException error) when (DurableFile.IsDiskFull(error))
{
    return Say($"sbnn-trainer: {error.Message}", TrainerExit.Crashed);
}
catch (Exception error) when (args is ["prepare"] && error is (IOException or UnauthorizedAccessException))
{
    return Say($"sbnn-trainer: {error.Message}",
        error is UnauthorizedAccessException ? TrainerExit.BadInput : TrainerExit.Crashed);
}
catch (Exception error)
{
    return Say(error.ToString(), TrainerExit.Crashed);
}

async Task<int> TrainAsync(AttemptFolder folder)
{
    using var telemetry = TrainerTelemetry.Start(static warning => Stderr.TrySay(warning));
    return await new Attempt(folder, TimeProvider.System).RunAsync(stop.Token);
}

async Task<int> PrepareAsync()
{
    PrepareRequest request;
    var input = JsonSerializer.DeserializeAsyncEnumerable<PrepareRequest>(
        Console.OpenStandardInput(), topLevelValues: true, SbnnJson.Options, stop.Token).GetAsyncEnumerator();
    try
    {
        request = await input.MoveNextAsync() && input.Current is { } read ? read
            : throw new JsonException("it is empty, or null");
    }
    catch (JsonException error)
    {
        throw new BadInputException($"standard input: not a request for prepared images: {error.Message}", error);
    }

    if (string.IsNullOrEmpty(request.DataRoot))
        throw new BadInputException("standard input: dataRoot: missing; a folder's path is needed");
    if (request.StopsAtEndOfInput) _ = Task.Run(() => EndAfterAsync(input));
    var cache = new DatasetCache(TimeProvider.System) { Tell = Tell };
    var answer = request switch
    {
        { Digest: { } digest } => DatasetCache.FindPrepared(request, digest)?.Answer(),
        { FetchesNothing: true } =>
            (PrepareEvent?)(await cache.FindOrMakeAsync(request, stop.Token))?.Answer() ?? cache.Missing(request),
        _ => (await cache.PrepareAsync(request, stop.Token)).Answer(),
    };
    if (answer is not null) Tell(answer);
    return TrainerExit.Completed;
}

// At once: decoding, or a disk that does not answer, would keep a stop waiting. What is half written goes at the next
// preparation.
static async Task EndAfterAsync(IAsyncEnumerator<PrepareRequest?> input)
{
    try
    {
        while (await input.MoveNextAsync())
        {
        }
    }
    finally
    {
        Environment.Exit(TrainerExit.Stopped);
    }
}

static void Tell(PrepareEvent news) => Console.Out.WriteLine(JsonSerializer.Serialize(news, SbnnJson.Options));

// Cancel keeps the process alive: it leaves by itself, with a checkpoint.
void StopGently(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

int RunWith(TorchFolder torch)
{
    torch.Check(DeterministicKernels.Symbols);
    return TorchContext.Run(torch, args);
}

static int Check()
{
    TorchRuntime.Prepare(threads: 1);
    return TrainerExit.Completed;
}

static int SayUsage()
{
    Console.Out.WriteLine(Usage);
    return TrainerExit.Completed;
}

static int Say(string error, int exit)
{
    Stderr.TrySay(error);
    return exit;
}
