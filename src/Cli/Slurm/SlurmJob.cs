using System.Globalization;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Slurm;

/// <summary>The SLURM job of this process.</summary>
/// <param name="variable">Reads an environment variable.</param>
/// <param name="squeue">Lists jobs.</param>
/// <param name="time">The clock.</param>
internal sealed class SlurmJob(Func<string, string?> variable, SlurmProgram squeue, TimeProvider time)
{
    private const string Place = "--until slurm";
    private const int Tries = 5; // A busy controller does not answer every call.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The job that this process belongs to.</summary>
    public static SlurmJob OfProcess(TimeProvider time) =>
        new(Environment.GetEnvironmentVariable, new SlurmProgram("squeue"), time);

    /// <summary>The time to the job's time limit; null when the job has none.</summary>
    /// <exception cref="BadInputException">This process has no job, or SLURM does not state the job's end.</exception>
    public async Task<TimeSpan?> FindTimeLeftAsync(CancellationToken cancellation)
    {
        var job = FindId() ?? throw new BadInputException(
            $"{Place}: SLURM_JOB_ID is not set (allowed: within a SLURM job); name a duration such as 3h50m instead");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Left(job, await squeue.RunAsync(["-h", "-j", job, "-o", "%e"], input: "", cancellation));
            }
            catch (SlurmException error)
            {
                if (attempt == Tries)
                {
                    throw new BadInputException(
                        $"{Place}: the end of job {job} cannot be read: {error.Message}; name a duration such as "
                            + "3h50m instead", error);
                }
            }

            await Task.Delay(Pause, time, cancellation);
        }
    }

    // The last job of an array has the ID of the whole array, so that squeue would list all jobs of the array.
    private string? FindId() =>
        variable("SLURM_ARRAY_JOB_ID") is { Length: > 0 } array
        && variable("SLURM_ARRAY_TASK_ID") is { Length: > 0 } task
            ? $"{array}_{task}"
            : variable("SLURM_JOB_ID") is { Length: > 0 } id ? id : null;

    private TimeSpan? Left(string job, string printed) => printed.Trim() switch
    {
        "NONE" or "UNLIMITED" => null,
        var text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) =>
            DateTimeOffset.FromUnixTimeSeconds(seconds) - time.GetUtcNow(),
        var other => throw new SlurmException(
            $"{squeue.Path} printed '{other}' for job {job} (allowed: seconds since 1970, or NONE)"),
    };
}
