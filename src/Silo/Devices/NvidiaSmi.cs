using System.ComponentModel;
using System.Diagnostics;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>
/// The program that lists GPUs: <c>SBNN_NVIDIA_SMI</c>, else <c>nvidia-smi</c> on the path. A driver in trouble makes
/// it hang, so it is not waited for beyond the patience.
/// </summary>
/// <param name="program">Its path, or its name on the path.</param>
/// <param name="patience">How long it may take.</param>
/// <param name="time">The clock.</param>
public sealed class NvidiaSmi(string program, TimeSpan patience, TimeProvider time)
{
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    /// <summary>The one of this machine.</summary>
    public static NvidiaSmi OfMachine(TimeProvider time) =>
        new(OwnVariable.Find("SBNN_NVIDIA_SMI") ?? "nvidia-smi", UsualPatience, time);

    /// <summary>Reads all GPUs of the machine, whatever <c>CUDA_VISIBLE_DEVICES</c> says.</summary>
    public async Task<GpuInventory> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var csv = await RunAsync(["--query-gpu=" + SmiOutput.Query, "--format=csv,noheader,nounits"], cancellation);
            var inventory = SmiOutput.Read(csv, SmiOutput.HasMig(csv) ? await RunAsync(["-L"], cancellation) : "");
            return inventory.Problem is { } problem
                ? inventory with { Problem = $"{program}: {problem}" }
                : inventory;
        }
        catch (SmiException error)
        {
            return GpuInventory.Failed($"{program}: {error.Message}");
        }
        catch (Win32Exception error)
        {
            const int NoSuchFile = 2;
            var why = new Win32Exception(error.NativeErrorCode).Message;
            return GpuInventory.Failed($"{program}: it cannot be started: {why}")
                with
            { HasNoProgram = error.NativeErrorCode == NoSuchFile };
        }
    }

    private async Task<string> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(either.Token),
                process.StandardError.ReadToEndAsync(either.Token));
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode == 0) return await output;
            var said = (await output + await errors).Trim();
            throw new SmiException($"exit code {process.ExitCode}{(said.Length == 0 ? "" : $": {FirstLine(said)}")}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SmiException($"it did not answer within {Wording.Duration(patience)}");
        }
        finally
        {
            Kill(process);
        }
    }

    // Not waited for: one that hangs in the driver does not end.
    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private sealed class SmiException(string message) : Exception(message);
}
