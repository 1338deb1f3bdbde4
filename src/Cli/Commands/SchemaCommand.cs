using System.CommandLine;
using System.Text;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn schema</c>: prints the JSON Schema with which editors check a sweep's YAML file.</summary>
internal sealed class SchemaCommand : Command
{
    public SchemaCommand(CommandConsole console)
        : base("schema", "Print the JSON Schema of a sweep's YAML file, as in sweeps/sweep.schema.json.") =>
        SetAction((_, cancellation) => SbnnCommand.GuardAsync(console, async () =>
        {
            // Bytes instead of text, so that redirected output is the same for every terminal encoding.
            await console.WriteAsync(Encoding.UTF8.GetBytes(SweepSchema.Text), cancellation);
            return ExitCode.Done;
        }));
}
