using System.CommandLine;
using Sbnn.Sweeps.Cli.Serving;
using Sbnn.Sweeps.Cli.Slurm;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>The options that end a node's stay at its head.</summary>
internal sealed class StayOptions
{
    private const string SlurmWord = "slurm";
    private const string DefaultMargin = "3m";

    private readonly Option<string?> _until = DurationOption.Create(
        "--until", "1s", "365d", fallback: null,
        "Node: the node leaves --margin before this much time has passed, and exits with 0. slurm: before the time "
            + "limit of its SLURM job.", SlurmWord);

    private readonly Option<string?> _margin = DurationOption.Create(
        "--margin", "1s", "12h", fallback: null,
        "Node: how long before --until the node leaves: time for checkpoints and uploads. If not given: "
            + $"{DefaultMargin}.");

    private readonly Option<string?> _idleExit = DurationOption.Create(
        "--idle-exit", "1s", "365d", fallback: null,
        "Node: the node leaves when it has run no trainer for this long, and exits with 0. If not given: it stays.");

    /// <summary>All of these options, for the command that adds them.</summary>
    public IReadOnlyList<Option> All => [_until, _margin, _idleExit];

    /// <summary>Reads the limits, which count from now.</summary>
    /// <exception cref="BadInputException">The margin leaves no time, or SLURM does not state the end.</exception>
    public async Task<StayLimits> ReadAsync(HomeCall call)
    {
        var until = call.Get(_until);
        if (until is null && call.Get(_margin) is not null)
            throw new BadInputException("--margin: requires --until; add --until to the command");
        var (written, isSlurm) = (call.Get(_margin) ?? DefaultMargin, until == SlurmWord);
        TimeSpan? left = isSlurm
            ? await SlurmJob.OfProcess(TimeProvider.System).FindTimeLeftAsync(call.Cancellation)
            : until is null ? null : DurationOption.Parse(until);
        var margin = DurationOption.Parse(written);
        if (left <= margin)
        {
            throw new BadInputException(isSlurm
                ? $"--margin: {written} is not allowed (allowed: shorter than the time that the SLURM job has left, "
                    + $"{Wording.Duration(left.Value)}); submit the job with a longer --time, or set a shorter --margin"
                : $"--margin: {written} is not allowed (allowed: shorter than --until, {until})");
        }

        return new StayLimits(
            left, margin, call.Get(_idleExit) is { } idle ? DurationOption.Parse(idle) : null);
    }
}
