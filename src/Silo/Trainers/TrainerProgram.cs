using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;

namespace Sbnn.Sweeps.Silo.Trainers;

/// <summary>The trainer's executable: where it is, and its quick verb <c>prepare</c>.</summary>
public sealed class TrainerProgram(string path)
{
    /// <summary>The executable's path.</summary>
    public string Path { get; } = path;

    /// <summary>
    /// Finds it: <c>SBNN_TRAINER</c>, else beside a published sbnn (<c>trainer/</c>), else in the build tree
    /// (<c>artifacts/bin/Sbnn.Sweeps.Trainer/…</c> beside our own folder).
    /// </summary>
    public static TrainerProgram Find()
    {
        if (OwnVariable.Find("SBNN_TRAINER") is { } given)
        {
            return File.Exists(given)
                ? new TrainerProgram(System.IO.Path.GetFullPath(given))
                : throw new BadInputException($"SBNN_TRAINER: there is no file {given}");
        }

        var own = System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        var configuration = System.IO.Path.GetFileName(own);
        string[] places =
        [
            System.IO.Path.Combine(own, "trainer", "sbnn-trainer"),
            System.IO.Path.GetFullPath(System.IO.Path.Combine(own, "..", "..", "Sbnn.Sweeps.Trainer", configuration, "sbnn-trainer")),
        ];
        return Array.Find(places, File.Exists) is { } found
            ? new TrainerProgram(found)
            : throw new BadInputException($"the trainer was not found; looked for {string.Join(" and ", places)} (set SBNN_TRAINER to its path)");
    }

    /// <summary>
    /// Fetches and decodes a dataset into the node's cache, or finds it there: tells how it goes, and a <see cref="PreparedDataset"/> in the end.
    /// Throws <see cref="BadInputException"/> with the trainer's own words.
    /// </summary>
    public async IAsyncEnumerable<PrepareEvent> PrepareAsync(PrepareRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(Path, ["prepare"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        try
        {
            // Stays open: its end tells the trainer that this process is gone, however it went.
            await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(request with { StopsAtEndOfInput = true }, SbnnJson.Options));
            var stderr = process.StandardError.ReadToEndAsync(cancellation);
            while (await process.StandardOutput.ReadLineAsync(cancellation) is { } line)
                yield return JsonSerializer.Deserialize<PrepareEvent>(line, SbnnJson.Options)!;
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == TrainerExit.Completed) yield break;

            cancellation.ThrowIfCancellationRequested(); // Ctrl-C reaches the trainer as well.
            var said = (await stderr).Trim();
            throw process.ExitCode == TrainerExit.BadInput
                ? new BadInputException(said)
                : new IOException($"the images could not be prepared (exit code {process.ExitCode}): {said}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}
