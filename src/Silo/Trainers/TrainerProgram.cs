using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>
/// The trainer's executable. This class finds it and runs its short commands <c>prepare</c> and <c>check</c>.
/// </summary>
public sealed class TrainerProgram(string path)
{
    // The trainer's messages about bad input begin with its name.
    private const string NamePrefix = "sbnn-trainer: ";

    /// <summary>The executable's path.</summary>
    public string Path { get; } = path;

    /// <summary>
    /// Finds the executable: in <c>SBNN_TRAINER</c>, else next to a published sbnn (<c>trainer/</c>), else in the build
    /// tree (<c>artifacts/bin/Sbnn.Sweeps.Trainer/…</c> next to this program's folder).
    /// </summary>
    public static TrainerProgram Find()
    {
        if (OwnVariable.Find("SBNN_TRAINER") is { } given)
        {
            return File.Exists(given)
                ? new TrainerProgram(System.IO.Path.GetFullPath(given))
                : throw new BadInputException($"SBNN_TRAINER: the file {given} does not exist");
        }

        var own = System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var configuration = System.IO.Path.GetFileName(own);
        string[] places =
        [
            System.IO.Path.Combine(own, "trainer", "sbnn-trainer"),
            System.IO.Path.GetFullPath(
                System.IO.Path.Combine(own, "..", "..", "Sbnn.Sweeps.Trainer", configuration, "sbnn-trainer")),
        ];
        return Array.Find(places, File.Exists) is { } found
            ? new TrainerProgram(found)
            : throw new BadInputException(
                $"the trainer was not found; looked for {string.Join(" and ", places)} (set SBNN_TRAINER to its path)");
    }

    /// <summary>True when the trainer's libtorch can use GPUs, because it includes the CUDA library.</summary>
    public bool HasCuda
    {
        get
        {
            const string Library = "libtorch_cuda.so";
            var own = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
            var given = OwnVariable.Find(OwnVariable.Torch);
            string[] folders = given is null
                ? [own, System.IO.Path.Combine(own, "runtimes", "linux-x64", "native")]
                : [.. TorchPlace.FoldersOf(given)];
            return Array.Exists(folders, folder => File.Exists(System.IO.Path.Combine(folder, Library)));
        }
    }

    /// <summary>
    /// Fetches and decodes a dataset into the node's cache, unless the dataset is already in the cache. Yields
    /// progress, and a <see cref="PreparedDataset"/> at the end. A dataset given by <see cref="PrepareRequest.Digest"/>
    /// is only searched for, and may not be found. Throws <see cref="BadInputException"/> with the trainer's own
    /// message, or when the trainer cannot be started.
    /// </summary>
    public async IAsyncEnumerable<PrepareEvent> PrepareAsync(
        PrepareRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var process = Start("prepare");
        try
        {
            var stderr = process.StandardError.ReadToEndAsync(cancellation);
            await SendRequestAsync(process, request with { StopsAtEndOfInput = true });
            PrepareEvent? last = null;
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
                yield return last = Parse(line);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == TrainerExit.Completed)
            {
                if (last is not (PreparedDataset or ImagesMissing) && request.Digest is null)
                    throw NotATrainer("the program exited without printing whether the images are prepared or missing");
                yield break;
            }

            cancellation.ThrowIfCancellationRequested(); // Ctrl-C reaches the trainer as well.
            var stderrText = WithoutName((await stderr).Trim());
            throw process.ExitCode == TrainerExit.BadInput
                ? new BadInputException(stderrText)
                : last is null && WhyNotStarted(process.ExitCode, stderrText) is { } why
                    ? CannotStart(why)
                    : new IOException($"the images could not be prepared (exit code {process.ExitCode}): {stderrText}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>
    /// Checks, before the first trial starts, that the trainer can load torch on this machine. Throws
    /// <see cref="BadInputException"/> when it cannot.
    /// </summary>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        using var process = Start("check");
        try
        {
            process.StandardInput.Close();
            var stderr = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == TrainerExit.Completed) return;

            cancellation.ThrowIfCancellationRequested();
            var stderrText = WithoutName(await stderr);
            throw process.ExitCode switch
            {
                TrainerExit.BadInput when StderrSummary.Of(stderrText) is { } words
                    && words.Contains(OwnVariable.Torch, StringComparison.Ordinal) =>
                    new BadInputException(words),
                TrainerExit.BadInput => NotATrainer("the program has no command `check`"),
                // The trainer's message names the next step.
                TrainerExit.Crashed when StderrSummary.Of(stderrText) is { } words => new BadInputException(words),
                var exitCode => CannotStart(WhyNotStarted(exitCode, stderrText) ?? $"exit code {exitCode}"),
            };
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(string verb)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(Path, [verb])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception error)
        {
            // The system's message is used, because the runtime's message only repeats the path and the working folder.
            throw CannotStart(new Win32Exception(error.NativeErrorCode).Message, error);
        }
    }

    // A trainer that exits before it reads its input reports the reason on standard error, so a broken pipe is ignored.
    // Standard input stays open, because its end shows the trainer that this process has exited.
    private static async Task SendRequestAsync(Process process, PrepareRequest request)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request, SbnnJson.Options));
        }
        catch (IOException)
        {
        }
    }

    private PrepareEvent Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<PrepareEvent>(line, SbnnJson.Options)
                ?? throw NotATrainer("the program's answer is null");
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            throw NotATrainer($"the program's answer is not an event: {error.Message}");
        }
    }

    // A user who runs sbnn need not know that another program noticed the mistake.
    private static string WithoutName(string stderrText) =>
        stderrText.StartsWith(NamePrefix, StringComparison.Ordinal) ? stderrText[NamePrefix.Length..] : stderrText;

    // Null for the trainer's own exit codes, which the callers handle. .NET's host uses other codes and always prints a
    // reason.
    private static string? WhyNotStarted(int exitCode, string stderrText) =>
        exitCode is not (TrainerExit.Crashed or TrainerExit.Stopped) && StderrSummary.Of(stderrText) is { } words
            ? $"exit code {exitCode}: {words}" : null;

    private BadInputException CannotStart(string why, Exception? error = null) =>
        Refuse($"the trainer cannot be started: {why}", error);

    private BadInputException NotATrainer(string why) => Refuse($"not the trainer of this sbnn: {why}", error: null);

    private BadInputException Refuse(string problem, Exception? error)
    {
        var message = $"{Path}: {problem}; install sbnn again, or set SBNN_TRAINER to the path of a trainer that "
            + "starts";
        return error is null ? new BadInputException(message) : new BadInputException(message, error);
    }
}
