using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Sbnn.Sweeps.Api.Client;
using Sbnn.Sweeps.Cli.Slurm;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary>
/// <c>sbnn slurm</c>: prints the batch script of a SLURM job array whose jobs are nodes with one slot, or submits it.
/// </summary>
internal sealed partial class SlurmCommand : Command
{
    private readonly CommandConsole _console;

    private readonly Option<FileInfo> _joinFile = new("--join-file")
    {
        HelpName = "file",
        Description = "The join file that `sbnn nodes token` prints, in a folder that all machines of the cluster "
            + "share. A job joins again each time it starts, so the token must last as long as the jobs.",
        Required = true,
    };

    private readonly Option<int> _jobs = SharedOptions.WholeNumber(
        "--jobs", 1, 1000, fallback: 1, "The number of jobs, each of which is a node with one slot.");

    private readonly Option<string?> _margin = DurationOption.Create(
        "--margin", "10s", "12h", fallback: "3m",
        "How long before the job's time limit its node leaves; SLURM may signal a minute earlier.");

    private readonly Option<string?> _idleExit = DurationOption.Create(
        "--idle-exit", "1s", "365d", fallback: "5m", "A job ends when its node has run no trainer for this long.");

    private readonly Option<bool> _cpu = new("--cpu")
    {
        Description = "Train on the CPU. If not given: on the GPU that SLURM assigns to the job.",
    };

    private readonly Option<int> _threads = SharedOptions.Threads();

    private readonly Option<DirectoryInfo?> _data = new("--data")
    {
        HelpName = SharedOptions.Folder,
        Description = "The nodes' data root. If not given: SBNN_DATA of the job, or ~/.cache/sbnn.",
    };

    private readonly Option<bool> _submit = new("--submit")
    {
        Description = "Submit the script with sbatch. If not given: print it.",
    };

    private readonly Argument<string[]> _sbatch = new("sbatch")
    {
        Description = "After --: options of sbatch, which become #SBATCH lines, such as --time=4:00:00 and "
            + "--partition=gpu.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public SlurmCommand(CommandConsole console)
        : base("slurm", "Print the batch script of a SLURM job array whose jobs are nodes of a head, or submit it.")
    {
        _console = console;
        Option[] options = [_joinFile, _jobs, _margin, _idleExit, _cpu, _threads, _data, _submit];
        foreach (var option in options) Add(option);
        _sbatch.Validators.Add(static read =>
        {
            if (read.Tokens.Select(static token => FindProblem(token.Value)).FirstOrDefault(static p => p is not null)
                is { } problem) read.AddError(problem);
        });
        Add(_sbatch);
        SetAction((parsed, cancellation) => SbnnCommand.GuardAsync(console, () => RunAsync(parsed, cancellation)));
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var joinFile = parsed.GetRequiredValue(_joinFile).FullName;
        var script = new SlurmScript(OwnProgram(), joinFile)
        {
            Jobs = parsed.GetValue(_jobs),
            Margin = DurationOption.Parse(parsed.GetValue(_margin)!),
            IdleExit = DurationOption.Parse(parsed.GetValue(_idleExit)!),
            UsesCpu = parsed.GetValue(_cpu),
            Threads = parsed.GetValue(_threads),
            Data = parsed.GetValue(_data)?.FullName,
            Sbatch = parsed.GetValue(_sbatch) ?? [],
        };
        if (!parsed.GetValue(_submit))
        {
            // Bytes instead of text, so that a redirected script is the same for every terminal encoding.
            await _console.WriteAsync(Encoding.UTF8.GetBytes(script.Text), cancellation);
            return ExitCode.Done;
        }

        _ = HeadAccessFile.Read(joinFile); // A mistake is reported here rather than in the logs of all jobs.
        await SubmitAsync(script, cancellation);
        return ExitCode.Done;
    }

    private async Task SubmitAsync(SlurmScript script, CancellationToken cancellation)
    {
        string printed;
        try
        {
            printed = await new SlurmProgram("sbatch").RunAsync(["--parsable"], script.Text, cancellation);
        }
        catch (SlurmException error)
        {
            throw new BadInputException(
                $"--submit: {error.Message}; without --submit, sbnn prints the script, for sbatch on another machine",
                error);
        }

        var id = printed.Trim().Split(';')[0]; // "id" or "id;cluster"
        _console.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"submitted job {id}: {Wording.Count(script.Jobs, "node")}, named slurm-{id}-1")
            + (script.Jobs == 1 ? "" : $" to slurm-{id}-{script.Jobs}"));
        _console.Say($"watch them:  squeue -j {id}; sbnn nodes; tail -f sbnn-{id}-1.log");
        _console.Say($"cancel them: scancel {id}");
    }

    // When dotnet runs sbnn.dll, the process is not sbnn.
    private static string OwnProgram() =>
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "sbnn" ? path : "sbnn";

    private static string? FindProblem(string option)
    {
        const string Allowed = "(allowed: an option of sbatch in one word, such as --time=4:00:00)";
        if (!option.StartsWith('-'))
            return $"sbatch: '{Escaped(option)}' is not an option {Allowed}; write the value after =, or name the "
                + "option after --";
        if (!OneWord().IsMatch(option))
            return $"sbatch: '{Escaped(option)}' has a space, a quote, #, \\ or a control character {Allowed}";
        if (option.StartsWith("--signal", StringComparison.Ordinal))
            return "sbatch: --signal is not allowed, because the script's own one makes its node leave; use --margin";
        return option.StartsWith("--array", StringComparison.Ordinal)
            || option.StartsWith("-a", StringComparison.Ordinal)
            ? "sbatch: --array is not allowed, because the script's own one names its nodes; use --jobs"
            : null;
    }

    private static string Escaped(string text) =>
        string.Concat(text.Select(static c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()));

    [GeneratedRegex(@"^[^\s""'#\\\p{C}]+\z")]
    private static partial Regex OneWord();
}
