using System.Globalization;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Slurm;

/// <summary>
/// The batch script of a job array, each of whose jobs runs one node with one slot. A job that is signalled before its
/// time limit requeues itself once its node has left. A job whose node leaves because it is idle, or fails, ends.
/// </summary>
/// <param name="Program">The path of <c>sbnn</c>, or its name on the path.</param>
/// <param name="JoinFile">The full path of the join file, which every node must be able to read.</param>
internal sealed record SlurmScript(string Program, string JoinFile)
{
    // SLURM ends all processes of a job with it, so trainers need not outlive their node for long.
    private const int GraceSeconds = 60;

    /// <summary>The number of jobs.</summary>
    public int Jobs { get; init; } = 1;

    /// <summary>How long before the time limit the nodes leave.</summary>
    public TimeSpan Margin { get; init; }

    /// <summary>How long a node stays while it runs no trainer.</summary>
    public TimeSpan IdleExit { get; init; }

    /// <summary>The CPU threads of each trainer.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>True: trainers run on the CPU. False: on the GPU that SLURM assigns to the job.</summary>
    public bool UsesCpu { get; init; }

    /// <summary>The full path of the data root; null: the node's default.</summary>
    public string? Data { get; init; }

    /// <summary>Options of sbatch, which take precedence over the script's own.</summary>
    public IReadOnlyList<string> Sbatch { get; init; } = [];

    /// <summary>The script, whose lines end with a line feed.</summary>
    public string Text => $$$"""
        #!/bin/bash
        {{{string.Concat(OwnSbatch().Concat(Sbatch).Select(static option => $"#SBATCH {option}\n"))}}}
        # The home is private, on this machine's disk, and deleted at the end: the head has all that must last.
        home=$(mktemp -d "${SLURM_TMPDIR:-${TMPDIR:-/tmp}}/sbnn-$SLURM_JOB_ID.XXXXXX") || exit
        job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID

        # Each run of a job is another node, because the head may still wait for the one of a run that was lost.
        name=slurm-$SLURM_ARRAY_JOB_ID-$SLURM_ARRAY_TASK_ID${SLURM_RESTART_COUNT:+-$SLURM_RESTART_COUNT}

        {{{ShellArgument.Of(Program)}}} serve --role node --join-file {{{ShellArgument.Of(JoinFile)}}} \
          --name "$name" --temporary --home "$home"{{{Options()}}} &
        node=$!

        # SLURM sends USR1 before the time limit, and TERM when the job is cancelled.
        requeue=
        trap 'requeue=yes; kill -USR1 "$node"' USR1
        trap 'requeue=; kill -TERM "$node"' TERM
        while kill -0 "$node" 2> /dev/null; do wait "$node"; done
        wait "$node"
        code=$?
        rm -rf "$home"

        # A node that was connected leaves with 0. Only then the job waits in the queue again.
        if [ "$requeue" ] && [ "$code" = 0 ]; then
          echo "job $job: requeued, because its time limit is near"
          exec scontrol requeue "$job"
        fi
        exit "$code"

        """;

    private IEnumerable<string> OwnSbatch()
    {
        yield return "--job-name=sbnn-node";
        yield return string.Create(CultureInfo.InvariantCulture, $"--array=1-{Jobs}");
        yield return "--ntasks=1";
        yield return string.Create(CultureInfo.InvariantCulture, $"--cpus-per-task={(UsesCpu ? Threads : 4)}");
        if (!UsesCpu && !Sbatch.Any(RequestsGpus)) yield return "--gpus-per-task=1";
        yield return "--requeue";
        yield return "--open-mode=append";
        yield return "--output=sbnn-%A-%a.log";
        yield return string.Create(CultureInfo.InvariantCulture, $"--signal=B:USR1@{(int)Margin.TotalSeconds}");
    }

    private static bool RequestsGpus(string option) => option.StartsWith("--gpus", StringComparison.Ordinal)
        || option.StartsWith("--gres=", StringComparison.Ordinal) || option.StartsWith("-G", StringComparison.Ordinal);

    private string Options() => string.Concat(
        UsesCpu ? " --gpus none --slots 1" : " --slots 0 --slots-per-gpu 1",
        Threads == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" --threads {Threads}"),
        Data is null ? "" : $" --data {ShellArgument.Of(Data)}",
        string.Create(CultureInfo.InvariantCulture, $" --grace {GraceSeconds}"),
        $" --idle-exit {DurationText.Of(IdleExit)}");
}
