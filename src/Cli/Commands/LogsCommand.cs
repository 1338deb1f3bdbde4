using System.CommandLine;
using Sbnn.Sweeps.Api.Views;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core;
using Sbnn.Sweeps.Core.Protocol;
using Sbnn.Sweeps.Core.Trials;
using Sbnn.Sweeps.Grains;
using Sbnn.Sweeps.Silo.Files;
using Sbnn.Sweeps.Silo.Home;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn logs TRIAL</c>: prints what a trial's trainer wrote, whichever machine it ran on.</summary>
internal sealed class LogsCommand : HomeCommand
{
    private readonly Argument<string> _trial = SharedOptions.Trial();
    private readonly Option<bool> _follow =
        new("--follow", "-f") { Description = "Continue to print new output until the attempt ends." };
    private readonly Option<int> _attempt = SharedOptions.WholeNumber(
        "--attempt", 1, int.MaxValue, fallback: null, "The number of the attempt. If not given: the last attempt.");

    private readonly Option<string> _file =
        SharedOptions.OneOf<LogFile>("--file", LogFile.Stdout, "file", "Which of the trainer's files to print.");

    public LogsCommand(CommandConsole console)
        : base(
            console, "logs", "Print the output of the trainer, the process that trained a trial.", printsJson: false,
            takesHead: true)
    {
        Add(_trial);
        foreach (var option in (Option[])[_follow, _attempt, _file]) Add(option);
    }

    protected override async Task<int> RunAsync(HomeCall call)
    {
        var file = SharedOptions.ValueOf<LogFile>(call.Get(_file)!);
        await using var output = call.Console.OpenBytes();
        int? attempt = call.Get(_attempt) is > 0 and var given ? given : null;
        if (!await CopyAsync(call, attempt, file, output)) call.Console.Warn(Empty(call, file));
        return ExitCode.Done;
    }

    // The methods that copy return false for an empty log.
    private async Task<bool> CopyAsync(HomeCall call, int? attempt, LogFile file, Stream output)
    {
        if (call.Place.Head is null) return await CopyFromFilesAsync(call, attempt, file, output);
        using var head = call.Place.Connect(); // The head can also read the logs on its nodes.
        return await head.CopyLogAsync(call.Get(_trial), attempt, file, call.Get(_follow), output, call.Cancellation);
    }

    // A trainer without errors writes only events.
    private string Empty(HomeCall call, LogFile file) => file == LogFile.Events
        ? "the trainer has written no events"
        : $"the trainer has written nothing to {EnumWords.Of(file)}; "
            + $"`{call.Place.Command($"logs {call.Get(_trial)} --file events")}` prints its epochs";

    private async Task<bool> CopyFromFilesAsync(HomeCall call, int? requested, LogFile file, Stream output)
    {
        using var ledger = call.OpenLedger();
        var trial = await TrialPrefix.FindAsync(ledger, call.Get(_trial))
            ?? throw new BadInputException(
                $"trial: no trial {call.Get(_trial)} exists; `{call.Home.Command("show <name>")}` lists them");
        if (trial.Attempt == 0) throw new BadInputException($"trial: {trial.Key.Short} has not been attempted yet");
        var attempt = new AttemptId(trial.Key, requested ?? trial.Attempt);
        if (attempt.Attempt > trial.Attempt)
        {
            throw new BadInputException(
                $"--attempt: {trial.Key.Short} has only {Wording.Count(trial.Attempt, "attempt")}, so "
                    + $"{attempt.Attempt} does not exist");
        }

        IAttemptLogs[] places = [new FolderLogs(call.Home.Trials), new ArchivedLogs(call.Home.Logs, call.Home.Trials)];
        if (await FindPlaceAsync(places, attempt, file) is not { } found)
        {
            throw new BadInputException(
                $"trial: {call.Home.Path} has no logs of attempt {attempt}; they are on the node that ran it");
        }

        var facts = new HomeFacts(call.Home);
        return await new LogTail(found, TimeProvider.System).CopyAsync(
            attempt,
            file,
            call.Get(_follow) ? () => Task.FromResult(!facts.IsTraining(attempt)) : null,
            output,
            call.Cancellation) > 0;
    }

    private static async Task<IAttemptLogs?> FindPlaceAsync(IAttemptLogs[] places, AttemptId attempt, LogFile file)
    {
        foreach (var place in places)
        {
            if (await place.ReadAsync(attempt, file, 0, 1) is not null) return place;
        }

        return null;
    }
}
