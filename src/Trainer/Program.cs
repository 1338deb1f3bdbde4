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
      sbnn-trainer <attempt folder>   train the trial in the folder's trial.json; the same command resumes it
      sbnn-trainer prepare            read a request (JSON) from standard input, prepare its images, print JSON lines
      sbnn-trainer check              load torch's libraries; exits with 0 when this machine can train trials
      sbnn-trainer --help

    Examples of requests: {"dataset":"synthetic","dataRoot":"data"} or {"dataset":"cifar10","dataRoot":"data"} or
    {"dataset":"image-folder","folder":"cifar10-jpeg","dataRoot":"data"}.
    CIFAR's images are fetched when they are missing, from SBNN_CIFAR_URL if it is set.

    SBNN_TORCH names a folder with libtorch_cpu.so, of PyTorch 2.10 or later, that replaces the packaged libtorch.

    Exit codes: 0 the result is written, 1 crash, 2 bad input, 3 the loss diverged, 4 out of memory, 5 the folder is
    locked by another trainer or the attempt is over, 6 the node did not renew the lease, 143 stopped by SIGTERM or
    SIGINT. With 6 and 143 a checkpoint is written.
    """;

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopWithCheckpoint);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopWithCheckpoint);
try
{
    return args switch
    {
        ["--help" or "-h"] => ShowUsage(),
        ["prepare"] => await PrepareAsync(),
        _ when !TorchContext.IsCurrent && TorchFolder.FromEnvironment() is { } torch => RunWith(torch),
        ["check"] => Check(),
        [var folder] when !folder.StartsWith('-') => await TrainAsync(new AttemptFolder(folder)),
        _ => Fail($"sbnn-trainer: unknown arguments '{string.Join(' ', args)}'\n\n{Usage}", TrainerExit.BadInput),
    };
}
catch (BadInputException error)
{
    return Fail($"sbnn-trainer: {error.Message}", TrainerExit.BadInput);
}
catch (TorchUnavailableException error)
{
    return Fail($"sbnn-trainer: {error.Message}", TrainerExit.Crashed);
}
catch (OperationCanceledException)
{
    return TrainerExit.Stopped;
}
catch (IOException error) when (DurableFile.IsDiskFull(error))
{
    return Fail($"sbnn-trainer: {error.Message}", TrainerExit.Crashed);
}
catch (Exception error) when (args is ["prepare"] && error is (IOException or UnauthorizedAccessException))
{
    return Fail($"sbnn-trainer: {error.Message}",
        error is UnauthorizedAccessException ? TrainerExit.BadInput : TrainerExit.Crashed);
}
catch (Exception error)
{
    return Fail(error.ToString(), TrainerExit.Crashed);
}

async Task<int> TrainAsync(AttemptFolder folder)
{
    using var telemetry = TrainerTelemetry.Start(static warning => Stderr.TryWriteLine(warning));
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
            : throw new JsonException("the input is empty or null");
    }
    catch (JsonException error)
    {
        throw new BadInputException($"standard input: not a valid request for images: {error.Message}", error);
    }

    if (string.IsNullOrEmpty(request.DataRoot))
        throw new BadInputException("standard input: dataRoot: missing (allowed: the path of a folder)");
    if (request.StopsAtEndOfInput) _ = Task.Run(() => EndAfterAsync(input));
    var cache = new DatasetCache(TimeProvider.System) { Report = Report };
    var answer = request switch
    {
        { Digest: { } digest } => DatasetCache.FindPrepared(request, digest)?.Answer(),
        { FetchesNothing: true } => await cache.SurveyAsync(request, stop.Token),
        _ => (await cache.PrepareAsync(request, stop.Token)).Answer(),
    };
    if (answer is not null) Report(answer);
    return TrainerExit.Completed;
}

// Ends the process immediately when standard input ends, because decoding, or a disk that does not respond, would delay
// an orderly exit. The next preparation removes incomplete files.
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

static void Report(PrepareEvent news) => Console.Out.WriteLine(JsonSerializer.Serialize(news, SbnnJson.Options));

// Cancelling the signal keeps the process alive, so that it can write a checkpoint and exit.
void StopWithCheckpoint(PosixSignalContext signal)
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

static int ShowUsage()
{
    Console.Out.WriteLine(Usage);
    return TrainerExit.Completed;
}

static int Fail(string error, int exit)
{
    Stderr.TryWriteLine(error);
    return exit;
}
