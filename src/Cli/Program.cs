using System.CommandLine;
using System.CommandLine.Invocation;
using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Cli.Terminal;

var output = new EnduringWriter(Console.Out);
Console.SetOut(output);
Console.SetError(new EnduringWriter(Console.Error));

var parsed = SbnnCommand.Create().Parse(args is [] ? ["--help"] : args);
if (parsed.Action is ParseErrorAction)
{
    foreach (var error in parsed.Errors) Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine(parsed.CommandResult.Command is RootCommand ? "see `sbnn --help`" : $"see `sbnn {parsed.CommandResult.Command.Name} --help`");
    return ExitCode.BadInput;
}

// Each verb stops in its own time (trainers write checkpoints first): the library's own limit of two seconds would cut that short.
var exitCode = await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
if (!output.HasDropped || exitCode != ExitCode.Done || args is ["run", ..]) return exitCode; // What run is for is in its files.
Console.Error.WriteLine("standard output: not all that was to be printed found room");
return ExitCode.Unavailable;
