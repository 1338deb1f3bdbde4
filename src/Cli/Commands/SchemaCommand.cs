using System.CommandLine;
using System.Text;
using Sbnn.Sweeps.Cli.Terminal;
using Sbnn.Sweeps.Core.Specs.Reading;

namespace Sbnn.Sweeps.Cli.Commands;

/// <summary><c>sbnn schema</c>: what editors need to know about a sweep's YAML file.</summary>
internal sealed class SchemaCommand : Command
{
    public SchemaCommand(CommandConsole console)
        : base("schema", "Print the JSON Schema of a sweep's YAML file, as it is kept in sweeps/sweep.schema.json.") =>
        SetAction((_, cancellation) => SbnnCommand.GuardAsync(console, async () =>
        {
            // Bytes, not text: the file that a shell writes is then the same whatever the terminal's encoding is.
            await console.WriteAsync(Encoding.UTF8.GetBytes(SweepSchema.Text), cancellation);
            return ExitCode.Done;
        }));
}
