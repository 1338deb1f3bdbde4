using Sbnn.Sweeps.Silo.Commands;

// Each verb stops in its own time (trainers write checkpoints first): the library's own limit of two seconds would cut that short.
return await SbnnCommand.Create().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
