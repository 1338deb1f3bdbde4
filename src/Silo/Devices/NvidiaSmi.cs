using System.ComponentModel;
using System.Diagnostics;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Silo.Devices;

/// <summary>
/// The program that lists GPUs: <c>SBNN_NVIDIA_SMI</c>, else <c>nvidia-smi</c> on the path. A faulty driver makes the
/// program hang, so each call has a timeout.
/// </summary>
/// <param name="program">The program's path, or its name on the path.</param>
/// <param name="timeout">How long a call may take.</param>
/// <param name="time">The clock.</param>
public sealed class NvidiaSmi(string program, TimeSpan timeout, TimeProvider time)
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    /// <summary>This machine's nvidia-smi.</summary>
    public static NvidiaSmi OfMachine(TimeProvider time) =>
        new(OwnVariable.Find("SBNN_NVIDIA_SMI") ?? "nvidia-smi", DefaultTimeout, time);

    /// <summary>Reads all GPUs of the machine, regardless of <c>CUDA_VISIBLE_DEVICES</c>.</summary>
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
            return error.NativeErrorCode == NoSuchFile
                ? GpuInventory.Failed($"{program}: not installed") with { IsNotInstalled = true }
                : GpuInventory.Failed(
                    $"{program}: cannot be started: {new Win32Exception(error.NativeErrorCode).Message}");
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
        using var limit = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(either.Token),
                process.StandardError.ReadToEndAsync(either.Token));
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(either.Token);
            if (process.ExitCode == 0) return await output;
            var printed = (await output + await errors).Trim();
            throw new SmiException(
                $"exit code {process.ExitCode}{(printed.Length == 0 ? "" : $": {FirstLine(printed)}")}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SmiException($"no answer within {Wording.Duration(timeout)}");
        }
        finally
        {
            Kill(process);
        }
    }

    // The method does not wait for the exit, because a process that hangs in the driver does not end.
    private static void Kill(Process process)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is InvalidOperationException or Win32Exception or AggregateException)
        {
            // The process has already ended.
        }
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private sealed class SmiException(string message) : Exception(message);
}
