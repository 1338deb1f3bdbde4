using System.CommandLine;
using System.CommandLine.Invocation;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Cli.Terminal;

var console = CommandConsole.OfProcess(out var hasDropped);
var parsed = SbnnCommand.Create(console).Parse(args is [] ? ["--help"] : args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors) console.Warn(error.Message);
    console.Warn(parsed.CommandResult.Command is RootCommand ? "see `sbnn --help`" : $"see `sbnn {parsed.CommandResult.Command.Name} --help`");
    return ExitCode.BadInput;
}

// Each verb stops in its own time (trainers write checkpoints first): the library's own limit of two seconds would cut that short.
var exitCode = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
if (!hasDropped() || exitCode != ExitCode.Done || args is ["run", ..]) return exitCode; // What run is for is in its files.
console.Warn("standard output: not all that was to be printed found room");
return ExitCode.Unavailable;
