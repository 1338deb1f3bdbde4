using System.ComponentModel;
using System.Diagnostics;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Slurm;

/// <summary>A program of SLURM, such as <c>squeue</c>.</summary>
/// <param name="Path">The program's path, or its name on the path.</param>
internal sealed record SlurmProgram(string Path)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    /// <summary>Runs the program to its end; returns its standard output.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <param name="input">The text of its standard input.</param>
    /// <param name="cancellation">Cancels the call and ends the program.</param>
    /// <exception cref="SlurmException">The program is not installed, failed, or did not end in a minute.</exception>
    public async Task<string> RunAsync(IEnumerable<string> arguments, string input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Path, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SLURM_TIME_FORMAT"] = "%s"; // Times as seconds since 1970, which need no time zone.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        using var process = Start(start);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token),
                process.StandardError.ReadToEndAsync(limit.Token));
            await WriteAsync(process, input);
            await process.WaitForExitAsync(limit.Token);
            if (process.ExitCode == 0) return await output;
            var said = (await errors).Trim().ReplaceLineEndings(" ");
            throw new SlurmException($"{Path}: exit code {process.ExitCode}{(said.Length == 0 ? "" : $": {said}")}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SlurmException($"{Path}: no answer within {Wording.Duration(Timeout)}");
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            const int NoSuchFile = 2;
            throw new SlurmException(error.NativeErrorCode == NoSuchFile
                ? $"{Path}: not installed on this machine"
                : $"{Path}: cannot be started: {new Win32Exception(error.NativeErrorCode).Message}");
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended before it had read everything; its exit code states the reason.
        }
    }
}

/// <summary>A program of SLURM did not do what it was asked. The message names the program.</summary>
internal sealed class SlurmException(string message) : Exception(message);
