namespace Sbnn.Sweeps.Cli.Terminal;

/// <summary>The exit codes of <c>sbnn</c>, as its help and docs/command.md list them.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>At least one trial, host or check failed.</summary>
    public const int SomeFailed = 1;

    /// <summary>The spec, an option or the data cannot be used; nothing was started.</summary>
    public const int BadInput = 2;

    /// <summary>
    /// The ledger or another file cannot be read or written now; nothing is lost, and the command may be repeated.
    /// </summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C, SIGTERM or <c>sbnn cancel</c>; the same command continues.</summary>
    public const int Interrupted = 130;

    // Each meaning with the commands to which it applies. A meaning without commands applies to all commands for which
    // no other meaning of the same code is listed.
    private static readonly (int Code, string Meaning, string[] Commands)[] All =
    [
        (Done, "The command succeeded.", []),
        (Done, "Every trial of the sweep is finished.", ["sbnn run", "sbnn watch"]),
        (Done, "The ledger and the trials' folders have no problems.", ["sbnn doctor"]),
        (Done, "The sbnn of the home works.", ["sbnn healthcheck"]),
        (SomeFailed, "At least one trial failed; the table marks the incomplete cells.", ["sbnn run", "sbnn watch"]),
        (SomeFailed, "At least one problem was found.", ["sbnn doctor"]),
        (SomeFailed, "No sbnn runs on the home, or it does not work.", ["sbnn healthcheck"]),
        (SomeFailed, "At least one result is not the recorded one, or a training failed.", ["sbnn audit"]),
        (SomeFailed, "At least one host failed. The command did its work on the others.", ["sbnn up", "sbnn down"]),
        (BadInput, "An argument, an option or the input cannot be used. Nothing was changed.", []),
        (BadInput, "The spec, an option, the images or the trainer cannot be used, or the tables cannot be written. "
            + "Nothing was started.", ["sbnn run"]),
        (BadInput, "The spec, an option, the images or the trainer cannot be used.", ["sbnn explain"]),
        (BadInput, "The spec, an option or the images cannot be used. Nothing was submitted.", ["sbnn submit"]),
        (Unavailable, "The ledger, another file or the head is not available now. Recorded results are kept; the "
            + "message states what to do.", []),
        (Unavailable, "The schema cannot be written to standard output.", ["sbnn schema"]),
        (Interrupted, "Ctrl-C, SIGTERM or `sbnn cancel` stopped the sweep before every trial ended. The same command "
            + "resumes it.", ["sbnn run"]),
        (Interrupted, "Ctrl-C or SIGTERM ended the command while the sweep continues, or the sweep was cancelled.",
            ["sbnn watch"]),
        (Interrupted, "Ctrl-C stopped the audit before every chosen trial was trained again.", ["sbnn audit"]),
        (Interrupted, "Ctrl-C or SIGTERM stopped the command before it was connected or ready.",
            ["sbnn submit", "sbnn serve"]),
        (Interrupted, "Ctrl-C or SIGTERM stopped the command before its work was done on every host. The same "
            + "command continues.", ["sbnn up", "sbnn down"]),
    ];

    /// <summary>
    /// Every code with each of its meanings. A meaning that applies only to some commands begins with their names.
    /// </summary>
    public static IEnumerable<(int Code, string Meaning)> Meanings { get; } =
        [.. All.Select(static code => (code.Code, code.Commands.Length == 0
            ? code.Meaning : $"`{string.Join("`, `", code.Commands)}`: {code.Meaning}"))];

    /// <summary>The codes with which a command can end, each with its meaning for this command.</summary>
    /// <param name="command">The command's full name, such as <c>sbnn run</c>.</param>
    public static IEnumerable<(int Code, string Meaning)> MeaningsFor(string command) =>
        from code in All
        group code by code.Code into alike
        let own = alike.FirstOrDefault(code => code.Commands.Contains(command))
        let general = alike.FirstOrDefault(static code => code.Commands.Length == 0)
        let meaning = own.Meaning ?? general.Meaning
        where meaning is not null
        select (alike.Key, meaning);
}
