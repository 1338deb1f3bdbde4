using Sbnn.Sweeps.Cli.Commands;
using Sbnn.Sweeps.Cli.Terminal;

return await SbnnCommand.RunAsync(CommandConsole.OfProcess(), args);
