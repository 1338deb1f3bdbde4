using Sbnn.Sweeps.Silo.Commands;

return await SbnnCommand.Create().Parse(args).InvokeAsync(new() { EnableDefaultExceptionHandler = false });
